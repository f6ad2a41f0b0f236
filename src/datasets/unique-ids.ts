import { CompactHashTable } from "../platform/compact-hash-table.ts";

/**
 * Makes ids unique. A repeated id gets a suffix, such as `a`, `a#2`, `a#3`. Holds a 64-bit hash of
 * each id, so that a million rows take about 10 MB.
 */
export class UniqueIds {
  readonly #seen = new CompactHashTable(32, (_high, low) => low);
  /** Hash of an id, 53 bits of it -> how often it was seen, of those that were seen again. */
  readonly #repeated = new Map<number, number>();

  unique(id: string): string {
    const [high, low] = hashOf(id);
    if (!this.#seen.find(low).some(([known]) => known === high)) {
      this.#seen.add(high, low);
      return id;
    }
    const key = (high & 0x1fffff) * 2 ** 32 + low;
    const count = (this.#repeated.get(key) ?? 1) + 1;
    this.#repeated.set(key, count);
    return this.unique(`${id}#${count}`);
  }
}

/**
 * A 64-bit hash as two MurmurHash-like lanes of 32 bits. The first lane is never 0, because 0 marks
 * an empty slot of the hash table. It is ten times as fast as a cryptographic hash.
 */
function hashOf(text: string): [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return [b >>> 0 || 1, a >>> 0];
}
