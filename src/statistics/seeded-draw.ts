import { hash } from "node:crypto";
import { mix } from "./mix.ts";

/*
 * How rows are drawn at random. Each row has a random number, made of the seed and of the row's
 * position or id, and the rows with the smallest numbers are drawn. The same seed draws the same
 * rows, a larger sample holds the smaller one, and rows that are added later change few of the
 * drawn. The numbers are part of what a seed promises to a user, so they must never change.
 */

/** A whole number of 53 bits for a position, counted from 0. */
export function numberOfPosition(seed: number, position: number): number {
  const high = mixed(mixed(seed) ^ mixed(position | 0) ^ Math.floor(position / 2 ** 32));
  const low = mixed(high ^ 0x9e3779b9 ^ Math.imul(position, 0x85ebca6b));
  return (high >>> 5) * 2 ** 26 + (low >>> 6);
}

/** The sum comes first because `mix` would leave 0 as it is. */
function mixed(value: number): number {
  return mix((value | 0) + 0x7f4a7c15);
}

/** A whole number of 52 bits for a text such as an id. It is the beginning of a SHA-1 digest. */
export function numberOfText(seed: number, text: string): number {
  return Number.parseInt(hash("sha1", `${seed}\0${text}`, "hex").slice(0, 13), 16);
}

/** The largest number that is drawn when `size` are drawn. Infinity where there are fewer. */
export function largestDrawn(numbers: Float64Array, size: number): number {
  return numbers.toSorted()[size - 1] ?? Infinity;
}
