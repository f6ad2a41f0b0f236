/**
 * Tables of hashes in typed arrays, with linear probing: 0 stands for an empty slot. They are filled to seven eighths and grow by a quarter
 * then, because most of what a table grows by is empty at first; so seven of ten slots or more are used.
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
