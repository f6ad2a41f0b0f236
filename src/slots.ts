/**
 * Tables of hashes in typed arrays, with linear probing: 0 stands for an empty slot. They are filled to seven eighths and grow by a quarter
 * then, because most of what a table grows by is empty at first; so seven of ten slots or more are used. One for many entries is made of many
 * small ones (`PartedTable`): each is copied by itself when it grows, and what is left behind is small enough to be used again.
 */
const fullest = 7 / 8;
const growth = 1.25;

/** Whether a table of so many slots must grow to hold so many. */
export function isTooFull(count: number, size: number): boolean {
  return count > fullest * size;
}

/** How many slots it has then. */
export function grownSize(size: number): number {
  return Math.ceil(growth * size);
}

/** Where a hash of so many bits is looked for first, in a table of any size. */
export function firstSlot(hash: number, bits: number, size: number): number {
  return Math.floor((hash * size) / 2 ** bits);
}

/** Where it is looked for next. */
export function slotAfter(slot: number, size: number): number {
  return slot + 1 === size ? 0 : slot + 1;
}

/** Slots that each part of a table has at first. */
export const firstSize = 16;
const partBits = 6;

/** Parts of one table. */
export class PartedTable<Part> {
  readonly #parts: readonly Part[];

  constructor(make: () => Part) {
    this.#parts = Array.from({ length: 2 ** partBits }, make);
  }

  /** The part of a hash, by its lowest bits: not those that say where in the part it is looked for. */
  partOf(hash: number): Part {
    const part = this.#parts[hash & (2 ** partBits - 1)];
    if (part === undefined) throw new RangeError("a table without parts");
    return part;
  }
}
