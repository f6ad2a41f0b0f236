import { expect, test } from "vitest";
import { difference, meanOf, overSeeds } from "./compare.ts";
import { paperAblation, paperMultifacet, paperUnseen } from "./paper-results.ts";

const values = (...of: readonly (readonly [string, number])[]): Map<string, number> => new Map(of);

test("a difference is over the items of both, and an item's hardness falls out of it", () => {
  const items = Array.from({ length: 60 }, (_, index) => index);
  const base = new Map(items.map((index) => [`i${index}`, index / 60]));
  const better = new Map(items.slice(10).map((index) => [`i${index}`, index / 60 + 0.1 + (index % 2) * 0.02]));
  const found = difference(better, base);
  expect(found?.items).toBe(50);
  expect(found?.value).toBeCloseTo(0.11);
  expect(found?.low).toBeGreaterThan(0.1);
  expect(found?.high).toBeLessThan(0.12);
  const mean = meanOf(base, "share");
  expect((mean?.high ?? 0) - (mean?.low ?? 0)).toBeGreaterThan(0.1);
});

test("items that one side lacks make no difference, and none is none", () => {
  expect(difference(values(["a", 1]), values(["b", 0]))).toBeNull();
  expect(difference(values(["a", 1], ["b", 1]), values(["b", 0]))).toMatchObject({ value: 1, items: 1 });
});

test("fewer than 6 items, and items that all differ alike, have no interval", () => {
  const none = new Map(Array.from({ length: 8 }, (_, index) => [`i${index}`, 0] as const));
  const differing = (...by: readonly number[]) => difference(new Map(by.map((value, index) => [`i${index}`, value])), none);
  expect(differing(1, 2, 1, 2, 1)).toEqual({ value: 1.4, low: null, high: null, items: 5 });
  expect(differing(1, 1, 1, 1, 1, 1, 1)).toEqual({ value: 1, low: null, high: null, items: 7 });
  expect(differing(0.3, 0.1 + 0.2, 0.3, 0.3, 0.3, 0.3)).toMatchObject({ low: null, high: null });
  expect(differing(1, 2, 1, 2, 1, 2)?.low).toBeGreaterThan(1);
});

test("a mean over seeds is of items that each seed has", () => {
  expect(overSeeds([values(["a", 1], ["b", 1]), values(["a", 0], ["c", 1])])).toEqual(values(["a", 0.5]));
  expect(overSeeds([])).toEqual(values());
});

test("a mean has the interval that a benchmark's own figure has", () => {
  const all = (items: number, value: number) => new Map(Array.from({ length: items }, (_, index) => [`i${index}`, value] as const));
  expect(meanOf(all(5, 1), "share")).toMatchObject({ value: 1, low: expect.closeTo(0.5655, 3), high: 1 });
  expect(meanOf(all(1, 2), "mark")).toEqual({ value: 2, low: null, high: null });
  expect(meanOf(values(["a", 3.25], ["b", 3.5]), "mark")).toEqual({ value: 3.375, low: null, high: null });
  expect(meanOf(values(), "mark")).toEqual({ value: null, low: null, high: null });
});

test("the paper's means are those of its columns", () => {
  for (const { values: row } of [...paperMultifacet.rows, ...paperUnseen.rows]) {
    const columns = row.slice(0, -1);
    expect(Math.abs(columns.reduce((sum, value) => sum + value, 0) / columns.length - (row.at(-1) ?? 0))).toBeLessThan(0.011);
  }
  for (const { student, variant, values: row } of paperAblation.rows) {
    const whole = paperUnseen.rows.find((other) => other.student === student && other.variant === variant);
    if (whole !== undefined) expect(row[1]).toBe(whole.values.at(-1));
    const marks = paperMultifacet.rows.find((other) => other.student === student && other.variant === variant);
    if (marks !== undefined) expect(row[0]).toBe(marks.values.at(-1));
  }
});
