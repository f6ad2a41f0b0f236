import { expect, test } from "vitest";
import { wilson } from "./wilson.ts";

test.each([
  [60, 100, 0.502003, 0.690599],
  [627, 1000, 0.596594, 0.656434],
  [0, 10, 0, 0.277533],
  [10, 10, 0.722467, 1],
])("the interval of %i of %i", (successes, items, low, high) => {
  const found = wilson(successes, items);
  expect(found?.value).toBe(successes / items);
  expect(found?.low).toBeCloseTo(low, 6);
  expect(found?.high).toBeCloseTo(high, 6);
});

test("no items have no share", () => {
  expect(wilson(0, 0)).toBeNull();
});
