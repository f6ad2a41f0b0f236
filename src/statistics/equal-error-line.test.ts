import fc from "fast-check";
import { expect, test } from "vitest";
import { equalErrorLine } from "./equal-error-line.ts";

const sample = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 });
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("lies between the means, nearer to the sample that varies less", () => {
  expect(equalErrorLine([-1, 1], [9, 11])).toBe(5);
  // The spreads are 1 and 3.
  expect(equalErrorLine([-1, 1], [5, 11])).toBe(2);
  expect(equalErrorLine([0], [8])).toBe(4);
});

test("of plain verdicts lies at neither of the two values, also if one sample does not vary", () => {
  for (const [low, high] of [
    [
      [0, 0, 0],
      [1, 1, 0],
    ],
    [
      [0, 1, 0],
      [1, 1, 1],
    ],
  ] as const) {
    const line = equalErrorLine(low, high);
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThan(1);
  }
});

test("any samples: between the means, and it moves with them", () => {
  fc.assert(
    fc.property(sample, sample, fc.integer({ min: -20, max: 20 }), (low, high, shift) => {
      const line = equalErrorLine(low, high);
      expect(line).toBeGreaterThanOrEqual(Math.min(mean(low), mean(high)) - 1e-9);
      expect(line).toBeLessThanOrEqual(Math.max(mean(low), mean(high)) + 1e-9);
      const moved = equalErrorLine(
        low.map((value) => value + shift),
        high.map((value) => value + shift),
      );
      expect(moved).toBeCloseTo(line + shift, 6);
    }),
  );
});
