import { describe, expect, test } from "vitest";
import { Extrapolation, type SampledRow } from "./extrapolate.ts";
import { noUse, useIn, withCall, type RowUse } from "./row-use.ts";

const useOf = (inputTokens: number, outputTokens = 0): RowUse => withCall(noUse, "respond", inputTokens, outputTokens);
const row = (inputTokens: number, more: Partial<SampledRow> = {}): SampledRow => ({
  assumed: useOf(inputTokens),
  ranges: [],
  actual: undefined,
  isUsable: true,
  ...more,
});
const input = (use: RowUse): number => useIn("respond", use).inputTokens;

/** Numbers between 0 and 1, the same ones in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("from a sample to all rows", () => {
  test("all rows seen: the exact sum, no bar", () => {
    const found = new Extrapolation([row(10), row(20), row(60)], 3);
    expect(found.total(input)).toEqual({ value: 90, bar: 0 });
    expect(found.total((use) => useIn("respond", use).calls)).toEqual({ value: 3, bar: 0 });
    expect(new Extrapolation([], 0).total(input)).toEqual({ value: 0, bar: 0 });
  });

  test("ranges of assumptions widen the bar, each by its farther end, together as independent ones", () => {
    const ranges = [
      { low: useOf(9), high: useOf(13) },
      { low: useOf(6), high: useOf(11) },
    ];
    const found = new Extrapolation([row(10, { ranges }), row(10, { ranges })], 100);
    expect(found.total(input).value).toBe(1_000);
    expect(found.total(input).bar).toBeCloseTo(100 * Math.hypot(3, 4));
  });

  test("measured rows put right what was worked out, and their scatter is the bar; ranges no longer count", () => {
    const ranges = [{ low: useOf(0), high: useOf(1e6) }];
    const measured = [10, 20, 30, 40].map((tokens) => row(tokens, { ranges, actual: useOf(2 * tokens) }));
    const found = new Extrapolation([...measured, row(100, { ranges }), row(100, { ranges })], 6);
    expect(found.isMeasured).toBe(true);
    expect(found.total(input)).toEqual({ value: 600, bar: 0 });
    const scattered = measured.map((one, index) => ({ ...one, actual: useOf(input(one.assumed) * 2 + (index % 2 === 0 ? 5 : -5)) }));
    const { bar } = new Extrapolation([...scattered, row(100, { ranges }), row(100, { ranges })], 6).total(input);
    expect(bar).toBeGreaterThan(10);
    expect(bar).toBeLessThan(100);
  });

  test("a row that ended on its way is measured too: rows in the phases after it become fewer", () => {
    const rows = Array.from({ length: 10 }, (_, index) => row(10, { actual: index < 2 ? noUse : useOf(10) }));
    const found = new Extrapolation([...rows, row(10), row(10)], 100).total((use) => useIn("respond", use).calls);
    expect(found.value).toBeCloseTo(80);
    expect(found.bar).toBeGreaterThan(20);
  });

  test("two measured rows are too few; rows that never reach a phase are no measurement", () => {
    const unusable = Array.from({ length: 5 }, () => row(0, { assumed: noUse, actual: noUse, isUsable: false }));
    const found = new Extrapolation([...unusable, row(10, { actual: useOf(99) }), row(10, { actual: useOf(99) })], 7);
    expect(found.isMeasured).toBe(false);
    expect(found.total(input).value).toBe(20);
  });

  test("totals are the sums of their parts, cost as well as tokens", () => {
    const rows = [1, 2, 3, 4, 5].map((n) => row(0, { assumed: useOf(n * 10, n), actual: n < 4 ? useOf(n * 11, n * n) : undefined }));
    const found = new Extrapolation(rows, 50);
    const output = (use: RowUse): number => useIn("respond", use).outputTokens;
    expect(found.total((use) => 3 * input(use) + 7 * output(use)).value).toBeCloseTo(
      3 * found.total(input).value + 7 * found.total(output).value,
    );
  });

  test("the truth lies within the bar about 95 times in 100, without a probe and with one", () => {
    const random = randomNumbers(7);
    const population = Array.from({ length: 2_000 }, () => {
      const assumed = 50 + 400 * random() ** 2;
      return { assumed, actual: assumed * (1 + random()) };
    });
    const truth = { assumed: 0, actual: 0 };
    for (const { assumed, actual } of population) {
      truth.assumed += assumed;
      truth.actual += actual;
    }
    const hits = { assumed: 0, actual: 0 };
    const times = 400;
    for (let time = 0; time < times; time++) {
      const drawn = population.toSorted(() => random() - 0.5).slice(0, 100);
      const plain = new Extrapolation(
        drawn.map(({ assumed }) => row(assumed)),
        population.length,
      ).total(input);
      const probed = new Extrapolation(
        drawn.map(({ assumed, actual }, index) => row(assumed, index < 10 ? { actual: useOf(actual) } : {})),
        population.length,
      ).total(input);
      if (Math.abs(plain.value - truth.assumed) <= plain.bar) hits.assumed++;
      if (Math.abs(probed.value - truth.actual) <= probed.bar) hits.actual++;
    }
    for (const share of [hits.assumed / times, hits.actual / times]) {
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThanOrEqual(0.99);
    }
  });
});
