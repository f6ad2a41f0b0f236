import { CompactHashTable } from "../../platform/compact-hash-table.ts";

/** How much of an address is kept: with 40 bits of place, 8 bytes. */
const printBits = 24;
const placeBits = 32 - printBits;

/**
 * Where calls may be in the journal, by their address: 8 bytes a slot, so that a million calls take some
 * 10 MB. Only 24 bits of an address are kept: what stands at a place must be looked at, and may be another call. Places are below 2^40 (1 TB).
 */
export class CallTable {
  /** Print above, the place's upper 8 bits below; the place's lower 32 bits. */
  readonly #slots = new CompactHashTable(printBits, (high) => high >>> placeBits);

  add(address: string, place: number): void {
    this.#slots.add(printOf(address) * 2 ** placeBits + Math.floor(place / 2 ** 32), place >>> 0);
  }

  /** Places of calls that may be this one, in the order in which they were added. */
  find(address: string): number[] {
    return this.#slots.find(printOf(address)).map(([high, low]) => (high % 2 ** placeBits) * 2 ** 32 + low);
  }
}

/** Addresses are hashes already: their last characters are as good as any bits. Never 0. */
function printOf(address: string): number {
  let print = 0x811c9dc5;
  for (let at = Math.max(0, address.length - 12); at < address.length; at++) print = Math.imul(print ^ address.charCodeAt(at), 0x01000193);
  return (print ^ (print >>> printBits)) & 0xffffff || 1;
}
