import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mix } from "./mix.ts";
import { GroupedBootstrap, Resamples } from "./bootstrap.ts";
import { Distribution } from "./distribution.ts";
import { scales } from "./scale.ts";

function over(values: readonly number[], scale = scales.length, bootstrap?: GroupedBootstrap): Distribution {
  const distribution = new Distribution(scale, bootstrap);
  for (const value of values) {
    bootstrap?.nextRow();
    distribution.add(value);
  }
  return distribution;
}

/** Numbers that look drawn, the same each time. */
const drawn = (count: number): number[] => Array.from({ length: count }, (_, index) => (mix(index + 1) >>> 0) / 2 ** 32);

describe("a distribution", () => {
  test("of few values is exact", () => {
    expect(over([1, 2, 3, 4]).summary()).toMatchObject({
      n: 4,
      mean: 2.5,
      sd: 1.29099,
      min: 1,
      p25: 1.75,
      median: 2.5,
      p75: 3.25,
      max: 4,
      interval: null,
    });
  });

  test("of none is null, of one has no spread", () => {
    expect(over([]).summary()).toBeNull();
    expect(over([7]).summary()).toMatchObject({ n: 1, mean: 7, sd: 0, min: 7, median: 7, max: 7 });
  });

  test("of many values has quantiles within half a percent", () => {
    const values = drawn(50_000).map((value) => 1000 * value ** 3);
    const summary = over(values).summary();
    const sorted = values.toSorted((a, b) => a - b);
    for (const [name, share] of [
      ["p05", 0.05],
      ["p25", 0.25],
      ["median", 0.5],
      ["p95", 0.95],
    ] as const) {
      const exact = sorted[Math.round(share * (sorted.length - 1))] ?? 0;
      expect(Math.abs((summary?.[name] ?? 0) - exact) / exact, name).toBeLessThan(0.006);
    }
    expect(summary?.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 2);
  });

  test("of many values on both sides of zero has quantiles as near", () => {
    const values = drawn(10_000).map((value) => 12 * (value - 0.4));
    const summary = over(values, scales.score).summary();
    expect(summary?.p05).toBeCloseTo(12 * (0.05 - 0.4), 0);
    expect(summary?.median).toBeCloseTo(12 * 0.1, 1);
    expect((summary?.p25 ?? 0) / (12 * (0.25 - 0.4))).toBeCloseTo(1, 1);
    expect(summary?.histogram.edges[0]).toBe(-5);
  });

  test("counts each value in one bin", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(...Object.values(scales)),
        (values, scale) => {
          const histogram = over(values, scale).summary()?.histogram;
          expect(histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
          expect(histogram?.edges).toHaveLength((histogram?.counts.length ?? 0) + 1);
        },
      ),
    );
    expect(over([0, 0.05, 0.05, 1], scales.one).summary()?.histogram).toMatchObject({
      counts: [1, 2, ...Array.from({ length: 17 }, () => 0), 1],
    });
  });
});

describe("the bootstrap", () => {
  test("has the interval that theory has, of few rows and of many", () => {
    for (const count of [400, 40_000]) {
      const summary = over(drawn(count), scales.one, new GroupedBootstrap(new Resamples(1, 1_000))).summary();
      const bar = 1.96 * Math.sqrt(1 / 12 / count);
      const [low, high] = summary?.interval ?? [0, 0];
      expect((high - low) / 2 / bar).toBeGreaterThan(0.88);
      expect((high - low) / 2 / bar).toBeLessThan(1.12);
      expect(low).toBeLessThan(summary?.mean ?? 0);
      expect(high).toBeGreaterThan(summary?.mean ?? 0);
    }
  });

  test("keeps a row's values together: copies of a value within a row make nothing surer", () => {
    const once = new GroupedBootstrap(new Resamples(1, 500));
    const often = new GroupedBootstrap(new Resamples(1, 500));
    const [single, fivefold] = [new Distribution(scales.one, once), new Distribution(scales.one, often)];
    for (const value of drawn(200)) {
      once.nextRow();
      often.nextRow();
      single.add(value);
      for (let time = 0; time < 5; time++) fivefold.add(value);
    }
    expect(fivefold.summary()?.interval).toEqual(single.summary()?.interval);
  });

  test("says nothing of one row, and draws the same from the same seed", () => {
    expect(over([1], scales.one, new GroupedBootstrap(new Resamples(1, 100))).summary()?.interval).toBeNull();
    const intervalOf = (seed: number) => over(drawn(50), scales.one, new GroupedBootstrap(new Resamples(seed, 200))).summary()?.interval;
    expect(intervalOf(3)).toEqual(intervalOf(3));
    expect(intervalOf(3)).not.toEqual(intervalOf(4));
  });
});
