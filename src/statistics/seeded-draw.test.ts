import { expect, test } from "vitest";
import { largestDrawn, numberOfPosition, numberOfText } from "./seeded-draw.ts";

test("the numbers of a seed are the same in every version", () => {
  expect([0, 1, 2 ** 40].map((position) => numberOfPosition(7, position))).toEqual([
    6_939_066_779_381_227, 565_402_841_544_013, 1_441_413_254_109_567,
  ]);
  expect(["a", "row-1"].map((id) => numberOfText(7, id))).toEqual([1_684_812_994_029_399, 1_691_228_177_185_148]);
});

test("the largest number that is drawn", () => {
  const numbers = Float64Array.of(5, 3, 9, 1);
  expect([1, 2, 4, 5].map((size) => largestDrawn(numbers, size))).toEqual([1, 3, 9, Infinity]);
});
