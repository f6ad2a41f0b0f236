import fc from "fast-check";
import { expect, test } from "vitest";
import { rankedHigher } from "./ranking.ts";

test("counts pairs, equal values half; without a value there is nothing to tell", () => {
  expect(rankedHigher([3, 4], [1, 2])).toBe(1);
  expect(rankedHigher([1, 3], [2])).toBe(0.5);
  expect(rankedHigher([2, 2, 3], [2])).toBeCloseTo(2 / 3);
  expect([rankedHigher([], [1]), rankedHigher([1], [])]).toEqual([0.5, 0.5]);
});

test("any samples: the two sides add up to 1, and an order-preserving change changes nothing", () => {
  const sample = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(sample, sample, (high, low) => {
      expect(rankedHigher(high, low) + rankedHigher(low, high)).toBeCloseTo(1);
      const change = (value: number): number => Math.exp(value);
      expect(rankedHigher(high.map(change), low.map(change))).toBe(rankedHigher(high, low));
    }),
  );
});
