/**
 * Where calls may be in the journal, by their address: 12 bytes a slot, at most two thirds of them used, so that a million calls take some 20 MB.
 * Only 32 bits of an address are kept: what stands at a place must be looked at, and may be another call.
 */
export class CallTable {
  #prints = new Uint32Array(1024);
  #places = new Float64Array(1024);
  #count = 0;

  add(address: string, place: number): void {
    if (3 * ++this.#count > 2 * this.#prints.length) this.#grow();
    put(this.#prints, this.#places, printOf(address), place);
  }

  /** Places of calls that may be this one, in the order in which they were added. */
  *find(address: string): Generator<number, void, void> {
    const print = printOf(address);
    const mask = this.#prints.length - 1;
    for (let slot = print & mask; this.#prints[slot] !== 0; slot = (slot + 1) & mask) {
      const place = this.#places[slot];
      if (this.#prints[slot] === print && place !== undefined) yield place;
    }
  }

  #grow(): void {
    const prints = new Uint32Array(2 * this.#prints.length);
    const places = new Float64Array(2 * this.#prints.length);
    this.#prints.forEach((print, slot) => {
      if (print !== 0) put(prints, places, print, this.#places[slot] ?? 0);
    });
    [this.#prints, this.#places] = [prints, places];
  }
}

function put(prints: Uint32Array, places: Float64Array, print: number, place: number): void {
  const mask = prints.length - 1;
  let slot = print & mask;
  while (prints[slot] !== 0) slot = (slot + 1) & mask;
  prints[slot] = print;
  places[slot] = place;
}

/** Addresses are hashes already: their last characters are as good as any bits. 0 stands for an empty slot. */
function printOf(address: string): number {
  let print = 0x811c9dc5;
  for (let at = Math.max(0, address.length - 12); at < address.length; at++) print = Math.imul(print ^ address.charCodeAt(at), 0x01000193);
  return print >>> 0 || 1;
}
