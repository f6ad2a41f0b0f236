import type { Estimate } from "./bootstrap.ts";

const z = 1.959963984540054;

/**
 * A share with its 95% interval by Wilson (1927). The interval also holds for few items and for
 * shares of 0 and 1. The items must be independent. Null for no items.
 */
export function wilson(successes: number, items: number): Estimate {
  if (items === 0) return null;
  const share = successes / items;
  const middle = (share + z ** 2 / (2 * items)) / (1 + z ** 2 / items);
  const half = (z / (1 + z ** 2 / items)) * Math.sqrt((share * (1 - share)) / items + z ** 2 / (4 * items ** 2));
  return { value: share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
