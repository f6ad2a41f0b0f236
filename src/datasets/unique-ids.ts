import { firstSize, firstSlot, grownSize, isTooFull, PartedTable, slotAfter } from "../slots.ts";

/** Gives a repeated id a suffix: `a`, `a#2`, `a#3`. Holds 53 bits of hash an id, so that a million rows cost some 10 MB. */
export class UniqueIds {
  readonly #seen = new PartedTable(() => new HashSet());
  /** Hash of an id -> how often it was seen, of those that were seen again. */
  readonly #repeated = new Map<number, number>();

  unique(id: string): string {
    const hash = hashOf(id);
    // By bits that say nothing of the place in the part.
    if (this.#seen.partOf(hash / 2 ** 32).add(hash)) return id;
    const count = (this.#repeated.get(hash) ?? 1) + 1;
    this.#repeated.set(hash, count);
    return this.unique(`${id}#${count}`);
  }
}

/** Hashes other than 0, 8 bytes a slot: a Set takes five times as much. */
class HashSet {
  #slots = new Float64Array(firstSize);
  #count = 0;

  /** Whether it was not there before. */
  add(hash: number): boolean {
    if (!put(this.#slots, hash)) return false;
    if (isTooFull(++this.#count, this.#slots.length)) {
      const larger = new Float64Array(grownSize(this.#slots.length));
      for (const known of this.#slots) if (known !== 0) put(larger, known);
      this.#slots = larger;
    }
    return true;
  }
}

function put(slots: Float64Array, hash: number): boolean {
  let slot = firstSlot(hash >>> 0, 32, slots.length);
  for (; slots[slot] !== 0; slot = slotAfter(slot, slots.length)) if (slots[slot] === hash) return false;
  slots[slot] = hash;
  return true;
}

/** Two MurmurHash-like lanes of 32 and 21 bits: no cryptography, and ten times as fast. */
function hashOf(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return 2 ** 32 * (b & 0x1fffff) + (a >>> 0) || 1;
}
