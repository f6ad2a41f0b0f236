import { expect, test } from "vitest";
import type { Figure } from "./benchmark.ts";
import { figuresOf, meanOf } from "./figures.ts";

const figureOf = (unit: "share" | "mark", values: readonly (number | null | undefined)[]): Figure | undefined =>
  figuresOf([meanOf({ name: "f", title: "F", unit }, values)], { draws: 2_000, seed: 0 })[0];

test("items of 0 and 1 have Wilson's interval, and so have shares that are all alike", () => {
  expect(figureOf("share", [1, 0, 0, 0])).toMatchObject({ value: 0.25, items: 4, unparsed: 0 });
  // Wilson's of one in four, and of ten of ten.
  expect(figureOf("share", [1, 0, 0, 0])?.low).toBeCloseTo(0.0456, 4);
  expect(
    figureOf(
      "share",
      Array.from({ length: 10 }, () => 1),
    )?.low,
  ).toBeCloseTo(0.7225, 4);
  const alike = figureOf("share", [0.5, 0.5]);
  expect([alike?.value, alike?.low]).toEqual([0.5, expect.closeTo(0.0945, 3)]);
});

test("other figures have a bootstrap's from 6 items on, unless they are marks that are all alike", () => {
  expect(figureOf("share", [0.2, 0.4, 0.6, 0.2, 0.4, 0.6])).toMatchObject({
    value: expect.closeTo(0.4),
    low: expect.closeTo(0.2667, 3),
    high: expect.closeTo(0.5333, 3),
  });
  const none = { low: null, high: null };
  expect(figureOf("share", [0.2, 0.4, 0.6, 0.2, 0.4])).toMatchObject({ value: expect.closeTo(0.36), items: 5, ...none });
  expect(figureOf("mark", [3.25, 3.5])).toMatchObject({ value: 3.375, items: 2, ...none });
  expect(figureOf("mark", [4, 4, 4, 4, 4, 4, 4])).toMatchObject({ value: 4, items: 7, ...none });
  expect(figureOf("mark", [3, 4, 3, 4, 3, 4])?.low).toBeGreaterThanOrEqual(3);
});

test("items that differ by what sums round are alike", () => {
  // The bootstrap's mean of 7 times 0.9808 is not always the same number.
  const seven = Array.from({ length: 7 }, () => 0.9808);
  expect(figureOf("share", seven)).toMatchObject({ value: expect.closeTo(0.9808), low: expect.closeTo(0.6215, 3) });
  expect(figureOf("mark", [3.3, 3.3, 1.1 * 3, 3.3, 3.3, 3.3])).toMatchObject({ low: null, high: null });
});

test("what could not be read is counted and in no figure, and what does not count is neither", () => {
  expect(figureOf("mark", [4, null, undefined, 2])).toMatchObject({ value: 3, items: 2, unparsed: 1 });
  expect(figureOf("share", [null, undefined])).toMatchObject({ value: null, low: null, items: 0, unparsed: 1 });
});
