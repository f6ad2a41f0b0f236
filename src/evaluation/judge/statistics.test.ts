import { describe, expect, test } from "vitest";
import { bootstrap, drawsFor, quantile, ratio } from "../../statistics/row-bootstrap.ts";
import { cohensKappa, rawAgreement, type LabelledTwice } from "../../statistics/kappa.ts";
import { lengthControlled, type Preference } from "./length-control.ts";

const once = (rows: number): Uint8Array => new Uint8Array(rows).fill(1);
const ones = (rows: number): number[] => Array.from({ length: rows }, () => 1);

describe("bootstrap", () => {
  const wins = Array.from({ length: 1_000 }, (_, index) => (index % 8 < 5 ? 1 : 0));
  const options = { rows: 1_000, draws: 4_000, seed: 1 };

  test("the interval of a share is close to its normal approximation, and the same for the same seed", () => {
    const [estimate] = bootstrap(options, [ratio(wins, ones(1_000))]);
    const half = 1.96 * Math.sqrt((0.625 * 0.375) / 1_000);
    expect(estimate?.value).toBe(0.625);
    expect(estimate?.low).toBeCloseTo(0.625 - half, 2);
    expect(estimate?.high).toBeCloseTo(0.625 + half, 2);
    expect(bootstrap(options, [ratio(wins, ones(1_000))])).toEqual([estimate]);
    expect(bootstrap({ ...options, seed: 2 }, [ratio(wins, ones(1_000))])).not.toEqual([estimate]);
  });

  test("covers the true share in about 95 of 100 samples", () => {
    let covered = 0;
    for (let sample = 0; sample < 200; sample++) {
      // Rows of which 60% are 1, from a generator that has nothing to do with the bootstrap's.
      let state = sample + 1;
      const drawn = Array.from({ length: 100 }, () => ((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 < 0.6 ? 1 : 0));
      const [estimate] = bootstrap({ rows: 100, draws: 1_000, seed: sample }, [ratio(drawn, ones(100))]);
      if (estimate && estimate.low <= 0.6 && 0.6 <= estimate.high) covered++;
    }
    expect(covered).toBeGreaterThan(180);
    expect(covered).toBeLessThan(200);
  });

  test("where no row counts there is no figure; where all are the same it is certain", () => {
    expect(bootstrap({ rows: 0, draws: 1_000, seed: 0 }, [ratio([], [])])).toEqual([null]);
    expect(bootstrap({ rows: 3, draws: 1_000, seed: 0 }, [ratio([0, 0, 0], [0, 0, 0]), ratio([0.5, 0.5, 0.5], ones(3))])).toEqual([
      null,
      { value: 0.5, low: 0.5, high: 0.5 },
    ]);
  });

  test("quantiles lie between the nearest values", () => {
    expect([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 3, 10], share))).toEqual([1, 1.75, 2.5, 10]);
    expect(quantile([], 0.5)).toBeUndefined();
  });

  test("fewer draws for many rows", () => {
    expect([1, 2_000, 4_000, 1_000_000].map(drawsFor)).toEqual([10_000, 10_000, 5_000, 1_000]);
  });
});

describe("Cohen's kappa", () => {
  const table = (cells: readonly (readonly [string, string, number])[]): LabelledTwice[] =>
    cells.flatMap(([first, second, times]) => Array.from({ length: times }, () => ({ row: 0, first, second })));

  test("of a table worked out by hand: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no", () => {
    // The observed agreement is 35/50 = 0.7. The chance agreement is 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
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
    // The new response wins as often as logistic(2 tanh(d / sd)) says, over differences d that are
    // mostly positive.
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
