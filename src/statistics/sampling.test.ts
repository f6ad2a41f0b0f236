import { expect, test } from "vitest";
import { normal95, student95, variance, varianceOfTotal } from "./sampling.ts";

test("Student's t comes to its table's values", () => {
  for (const [degrees, value] of [
    [3, 3.182],
    [4, 2.776],
    [9, 2.262],
    [30, 2.042],
  ] as const)
    expect(Math.abs(student95(degrees) / value - 1)).toBeLessThan(0.01);
  expect(student95(2)).toBeGreaterThan(4.1);
  expect(student95(1e6)).toBeCloseTo(normal95, 4);
});

test("the variance of a total is none when all rows are in the sample, and grows with what is not", () => {
  expect(variance([1, 2, 3, 4])).toBeCloseTo(5 / 3);
  expect(varianceOfTotal([1, 2, 3, 4], 4)).toBe(0);
  expect(varianceOfTotal([], 4)).toBe(0);
  // 8 rows, 4 of them seen: N squared x (1/n - 1/N) x s squared.
  expect(varianceOfTotal([1, 2, 3, 4], 8)).toBeCloseTo(64 * (1 / 4 - 1 / 8) * (5 / 3));
});
