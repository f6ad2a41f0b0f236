import { describe, expect, test } from "vitest";
import { lengthControlled, type Preference } from "./length-control.ts";

const once = (rows: number): Uint8Array => new Uint8Array(rows).fill(1);

describe("the win rate at equal length", () => {
  const preferences = (pairs: readonly (readonly [number, number])[]): Preference[] =>
    pairs.map(([score, longer], row) => ({ row, score, longer }));
  const rate = (pairs: readonly (readonly [number, number])[]): number => lengthControlled(preferences(pairs))(once(pairs.length)) ?? NaN;

  test("agrees with a fit made by plain gradient ascent elsewhere", () => {
    const pairs = Array.from({ length: 40 }, (_, index): [number, number] => {
      const longer = (((index * 37) % 41) - 15) * 20;
      return [longer > 300 ? 1 : ([1, 0, 0.5, 1, 1, 0, 1][index % 7] ?? 0), longer];
    });
    expect(rate(pairs)).toBeCloseTo(0.7526298636498137, 8);
  });

  test("a judge that looks at length alone has no preference at equal length, however often the new one is longer", () => {
    // Wins as often as logistic(2 tanh(d / sd)) says, of differences that are mostly positive.
    const differences = [-40, -10, 20, 50, 80, 110, 140, 170].flatMap((longer) => Array.from({ length: 500 }, () => longer));
    const mean = differences.reduce((sum, longer) => sum + longer, 0) / differences.length;
    const deviation = Math.sqrt(differences.reduce((sum, longer) => sum + (longer - mean) ** 2, 0) / differences.length);
    const pairs = differences.map((longer, index): [number, number] => {
      const share = 1 / (1 + Math.exp(-2 * Math.tanh(longer / deviation)));
      return [index % 500 < share * 500 ? 1 : 0, longer];
    });
    expect(pairs.filter(([score]) => score === 1).length / pairs.length).toBeGreaterThan(0.65);
    expect(rate(pairs)).toBeCloseTo(0.5, 2);
  });

  test("wins that length alone parts from losses have a finite fit, between the raw rate and no preference", () => {
    const pairs = Array.from({ length: 200 }, (_, index): [number, number] =>
      index % 5 === 0 ? [0, -50 - (index % 7)] : [1, 50 + (index % 11)],
    );
    expect(rate(pairs)).toBeGreaterThan(0.5);
    expect(rate(pairs)).toBeLessThan(0.7);
  });

  test("a preference that has nothing to do with length stays what it is", () => {
    const pairs = Array.from({ length: 400 }, (_, index): [number, number] => [index % 4 < 3 ? 1 : 0, ((index * 7) % 101) - 50]);
    expect(rate(pairs)).toBeCloseTo(0.75, 2);
  });

  test("all won, all lost, all tied, equal lengths, none", () => {
    expect(rate([[1, 5], [1, -9]])).toBe(1); // prettier-ignore
    expect(rate([[0, 5], [0, -9]])).toBe(0); // prettier-ignore
    expect(rate([[0.5, 5], [0.5, -9], [0.5, 2]])).toBeCloseTo(0.5, 12); // prettier-ignore
    expect(rate([[1, 7], [1, 7], [0, 7], [1, 7]])).toBeCloseTo(0.75, 9); // prettier-ignore
    expect(lengthControlled([])([])).toBeUndefined();
  });
});
