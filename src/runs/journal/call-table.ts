import { CompactHashTable } from "../../platform/compact-hash-table.ts";

/** Bits of an address that are kept. With 40 bits of place they make 8 bytes. */
const printBits = 24;
const placeBits = 32 - printBits;

/**
 * The places of calls in the journal, found by the calls' addresses. A place is the byte where the
 * call's line begins, below 2^40 (1 TB). A slot takes 8 bytes, so a million calls take about 10 MB.
 * Only 24 bits of an address are kept, so the line at a place must be read: it may be another
 * call's.
 */
export class CallTable {
  /**
   * A slot is two numbers of 32 bits: the address's bits with the place's upper 8 bits below, and
   * the place's lower 32 bits.
   */
  readonly #slots = new CompactHashTable(printBits, (high) => high >>> placeBits);

  add(address: string, place: number): void {
    this.#slots.add(printOf(address) * 2 ** placeBits + Math.floor(place / 2 ** 32), place >>> 0);
  }

  /** Places where the call may be, in the order in which they were added. */
  find(address: string): number[] {
    return this.#slots.find(printOf(address)).map(([high, low]) => (high % 2 ** placeBits) * 2 ** 32 + low);
  }
}

/**
 * The bits of an address that are kept, never 0. Addresses are hashes, so their last 12 characters
 * tell them apart.
 */
function printOf(address: string): number {
  let print = 0x811c9dc5;
  for (let at = Math.max(0, address.length - 12); at < address.length; at++) print = Math.imul(print ^ address.charCodeAt(at), 0x01000193);
  return (print ^ (print >>> printBits)) & 0xffffff || 1;
}
