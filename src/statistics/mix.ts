/**
 * Spreads 32 bits, so that each bit of the result depends on every bit of `bits`. This is the
 * finalizer of MurmurHash3 (Appleby 2011). The result is a signed 32-bit number. 0 stays 0.
 */
export function mix(bits: number): number {
  let mixed = bits;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The hash of a sequence, out of the hash of all its numbers but the last and the last number. */
export function mixInto(hash: number, next: number): number {
  return mix(Math.imul(hash, 31) + next);
}
