import { describe, expect, test } from "vitest";
import { cohensKappa, rawAgreement, type LabelledTwice } from "./kappa.ts";

const once = (rows: number): Uint8Array => new Uint8Array(rows).fill(1);

describe("Cohen's kappa", () => {
  const table = (cells: readonly (readonly [string, string, number])[]): LabelledTwice[] =>
    cells.flatMap(([first, second, times]) => Array.from({ length: times }, () => ({ row: 0, first, second })));

  test("of a table worked out by hand: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no", () => {
    // observed 35/50 = 0.7; chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5
    const items = table([
      ["yes", "yes", 20],
      ["yes", "no", 5],
      ["no", "yes", 10],
      ["no", "no", 15],
    ]);
    expect(cohensKappa(items)(once(1))).toBeCloseTo(0.4, 12);
    expect(rawAgreement(items)(once(1))).toBeCloseTo(0.7, 12);
  });

  test("full agreement is 1, chance is 0, contradiction is below it", () => {
    const kappa = (...cells: [string, string, number][]): number | undefined => cohensKappa(table(cells))(once(1));
    expect(kappa(["a", "a", 3], ["b", "b", 4], ["c", "c", 1])).toBe(1);
    expect(kappa(["a", "a", 5], ["a", "b", 5], ["b", "a", 5], ["b", "b", 5])).toBe(0);
    expect(kappa(["a", "b", 5], ["b", "a", 5])).toBe(-1);
  });

  test("is undefined where both give one label only, and for no items", () => {
    expect(cohensKappa(table([["a", "a", 5]]))(once(1))).toBeUndefined();
    expect(cohensKappa([])(once(1))).toBeUndefined();
    expect(rawAgreement([])(once(1))).toBeUndefined();
  });

  test("rows are weighted", () => {
    const items = [
      { row: 0, first: "a", second: "a" },
      { row: 1, first: "a", second: "b" },
    ];
    expect(rawAgreement(items)([3, 1])).toBe(0.75);
  });
});
