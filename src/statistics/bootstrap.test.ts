import { describe, expect, test } from "vitest";
import { bootstrap, drawsFor, ratio } from "./bootstrap.ts";

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
      // Rows of a share of 0.6, from a generator that has nothing to do with the bootstrap's.
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

  test("fewer draws for many rows", () => {
    expect([1, 2_000, 4_000, 1_000_000].map(drawsFor)).toEqual([10_000, 10_000, 5_000, 1_000]);
  });
});
