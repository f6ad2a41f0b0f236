import { randomNumber } from "../datasets/selection.ts";
import type { Estimate } from "../evaluation/judge/result.ts";

/** A figure of a sample in which row i stands `weights[i]` times; undefined where no row counts toward it. */
export type Statistic = (weights: ArrayLike<number>) => number | undefined;

export interface BootstrapOptions {
  readonly rows: number;
  readonly draws: number;
  readonly seed: number;
}

const range = 2 ** 53;

/** 10,000, and for more than 2,000 rows so many fewer that the time stays in seconds; at least 1,000. */
export function drawsFor(rows: number): number {
  return Math.min(10_000, Math.max(1_000, Math.floor(20_000_000 / Math.max(1, rows))));
}

/**
 * Percentile bootstrap (Efron 1979) over rows: each figure with what 95% of resamples of as many rows lie between. All figures are of the same
 * resamples. Whole rows are drawn, so that what hangs together (both orders of a pair, the phrases of a message) stays together.
 */
export function bootstrap({ rows, draws, seed }: BootstrapOptions, statistics: readonly Statistic[]): Estimate[] {
  const values = statistics.map((statistic) => statistic(new Uint8Array(rows).fill(1)));
  const resampled = statistics.map((): number[] => []);
  const weights = new Uint32Array(rows);
  for (let draw = 0; draw < (rows === 0 ? 0 : draws); draw++) {
    weights.fill(0);
    for (let index = 0; index < rows; index++) {
      const row = Math.floor((randomNumber(seed, draw * rows + index) / range) * rows);
      weights[row] = (weights[row] ?? 0) + 1;
    }
    statistics.forEach((statistic, index) => {
      const value = values[index] === undefined ? undefined : statistic(weights);
      if (value !== undefined) resampled[index]?.push(value);
    });
  }
  return values.map((value, index) => {
    if (value === undefined) return null;
    const sorted = Float64Array.from(resampled[index] ?? []).toSorted();
    return { value, low: quantile(sorted, 0.025) ?? value, high: quantile(sorted, 0.975) ?? value };
  });
}

/** Sum of what the rows add above the line by the sum of what they add below it. */
export function ratio(addedAbove: ArrayLike<number>, addedBelow: ArrayLike<number>): Statistic {
  const [above, below] = [Float64Array.from(addedAbove), Float64Array.from(addedBelow)];
  return (weights) => {
    let [top, bottom] = [0, 0];
    for (let row = 0; row < weights.length; row++) {
      const weight = weights[row] ?? 0;
      top += weight * (above[row] ?? 0);
      bottom += weight * (below[row] ?? 0);
    }
    return bottom === 0 ? undefined : top / bottom;
  };
}

/** Between the two nearest values (type 7 of Hyndman and Fan 1996); undefined of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number | undefined {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  return below === undefined || above === undefined ? undefined : below + (above - below) * (place - Math.floor(place));
}
