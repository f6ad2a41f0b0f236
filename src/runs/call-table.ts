import { firstSize, firstSlot, grownSize, isTooFull, PartedTable, slotAfter } from "../slots.ts";

/** How much of an address is kept: with 40 bits of place, 8 bytes. */
const printBits = 24;

/**
 * Where calls may be in the journal, by their address: 8 bytes a slot, so that a million calls take some
 * 10 MB. Only 24 bits of an address are kept: what stands at a place must be looked at, and may be another call. Places are below 2^40 (1 TB).
 */
export class CallTable {
  readonly #table = new PartedTable(() => new Part());

  add(address: string, place: number): void {
    const print = printOf(address);
    this.#table.partOf(print).add(print, place);
  }

  /** Places of calls that may be this one, in the order in which they were added. */
  find(address: string): Generator<number, void, void> {
    const print = printOf(address);
    return this.#table.partOf(print).find(print);
  }
}

class Part {
  /** Print above, the place's upper 8 bits below. 0 stands for an empty slot: no print is 0. */
  #highs = new Uint32Array(firstSize);
  #lows = new Uint32Array(firstSize);
  #count = 0;

  add(print: number, place: number): void {
    if (isTooFull(++this.#count, this.#highs.length)) this.#grow();
    put(this.#highs, this.#lows, print * 2 ** (32 - printBits) + Math.floor(place / 2 ** 32), place >>> 0);
  }

  *find(print: number): Generator<number, void, void> {
    const size = this.#highs.length;
    for (let slot = firstSlot(print, printBits, size); ; slot = slotAfter(slot, size)) {
      const high = this.#highs[slot] ?? 0;
      if (high === 0) return;
      if (high >>> (32 - printBits) === print) yield (high & 0xff) * 2 ** 32 + (this.#lows[slot] ?? 0);
    }
  }

  #grow(): void {
    const size = this.#highs.length;
    const highs = new Uint32Array(grownSize(size));
    const lows = new Uint32Array(highs.length);
    // From a slot that is empty on, so that equal prints stay in their order also where they go round the end.
    let slot = this.#highs.indexOf(0);
    for (let step = 0; step < size; step++, slot = slotAfter(slot, size)) {
      const high = this.#highs[slot] ?? 0;
      if (high !== 0) put(highs, lows, high, this.#lows[slot] ?? 0);
    }
    [this.#highs, this.#lows] = [highs, lows];
  }
}

function put(highs: Uint32Array, lows: Uint32Array, high: number, low: number): void {
  let slot = firstSlot(high >>> (32 - printBits), printBits, highs.length);
  while (highs[slot] !== 0) slot = slotAfter(slot, highs.length);
  highs[slot] = high;
  lows[slot] = low;
}

/** Addresses are hashes already: their last characters are as good as any bits. */
function printOf(address: string): number {
  let print = 0x811c9dc5;
  for (let at = Math.max(0, address.length - 12); at < address.length; at++) print = Math.imul(print ^ address.charCodeAt(at), 0x01000193);
  return (print ^ (print >>> printBits)) & 0xffffff || 1;
}
