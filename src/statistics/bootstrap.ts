import { mix } from "./mix.ts";
import { quantile } from "./quantile.ts";
import { numberOfPosition } from "./seeded-draw.ts";

/*
 * Percentile bootstrap over rows (Efron and Tibshirani 1993). A figure's interval holds the middle
 * 95% of the figure's values over random resamples, each of as many rows as there are. Whole rows
 * are drawn, so that values which belong together (the phrases of a message, the turns of a
 * conversation) stay together. The same seed draws the same resamples.
 *
 * `bootstrap` holds all rows in memory and takes any statistic. `GroupedBootstrap` takes rows that
 * come one by one, in flat memory, and only ratios of sums.
 */

/**
 * A figure of a sample that holds row i `weights[i]` times. Undefined if no row counts toward it.
 */
export type Statistic = (weights: ArrayLike<number>) => number | undefined;

/** A figure with its 95% interval. Null if no row counts toward the figure. */
export type Estimate = { readonly value: number; readonly low: number; readonly high: number } | null;

export interface BootstrapOptions {
  readonly rows: number;
  readonly draws: number;
  readonly seed: number;
}

/**
 * 10,000 draws for up to 2,000 rows. For more rows there are fewer, to stay within seconds, but at
 * least 1,000.
 */
export function drawsFor(rows: number): number {
  return Math.min(10_000, Math.max(1_000, Math.floor(20_000_000 / Math.max(1, rows))));
}

/** Each statistic over all rows, with its interval. All statistics share the same resamples. */
export function bootstrap({ rows, draws, seed }: BootstrapOptions, statistics: readonly Statistic[]): Estimate[] {
  const values = statistics.map((statistic) => statistic(new Uint8Array(rows).fill(1)));
  const resampled = statistics.map((): number[] => []);
  const weights = new Uint32Array(rows);
  let drawn = 0;
  const next = (): number => numberOfPosition(seed, drawn++) / 2 ** 53;
  for (let draw = 0; draw < (rows === 0 ? 0 : draws); draw++) {
    resample(weights, next);
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

/**
 * Draws as many rows as there are, and writes how often each was drawn. `next` gives numbers from 0
 * up to 1.
 */
function resample(weights: Uint16Array | Uint32Array, next: () => number): void {
  weights.fill(0);
  for (let time = 0; time < weights.length; time++) {
    const row = Math.floor(next() * weights.length);
    weights[row] = (weights[row] ?? 0) + 1;
  }
}

/** The sum of what rows add above the line, divided by the sum of what they add below it. */
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

/** Each of the first rows is a group of its own, up to this many. */
const mostGroups = 512;

/**
 * The resamples that the grouped bootstraps of one report share. They are made once for each count
 * of groups.
 */
export class Resamples {
  readonly seed: number;
  readonly count: number;
  #last: readonly Uint16Array[] = [];
  #lastGroups = 0;

  constructor(seed: number, count: number) {
    this.seed = seed;
    this.count = count;
  }

  /** How often each group is drawn, resample by resample. */
  of(groups: number): readonly Uint16Array[] {
    if (groups === this.#lastGroups) return this.#last;
    let state = mix(this.seed ^ 0x2545f491);
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      return (mix(state) >>> 0) / 2 ** 32;
    };
    this.#lastGroups = groups;
    this.#last = Array.from({ length: this.count }, () => {
      const weights = new Uint16Array(groups);
      resample(weights, next);
      return weights;
    });
    return this.#last;
  }
}

/**
 * Bootstrap of ratios of sums over rows that come one by one, in flat memory. Up to 512 rows are
 * resampled one by one. Of more, each row goes to one of 512 groups at random, and groups are
 * resampled. Sums over random groups of independent rows vary as sums over rows do, and the
 * interval's width is off by about 3%.
 */
export class GroupedBootstrap {
  readonly groups = mostGroups;
  readonly #resamples: Resamples;
  #rows = 0;
  #group = 0;

  constructor(resamples: Resamples) {
    this.#resamples = resamples;
  }

  /** The group of the row at hand. */
  get group(): number {
    return this.#group;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Must be called once a row, before the row's values are added. */
  nextRow(): void {
    this.#group = this.#rows < mostGroups ? this.#rows : (mix(this.#rows ^ mix(this.#resamples.seed)) >>> 0) % mostGroups;
    this.#rows++;
  }

  /**
   * The 95% interval of the sum of `above` divided by the sum of `below`, both by group. Undefined
   * for fewer than two groups with something below the line.
   */
  interval(above: ArrayLike<number>, below: ArrayLike<number>): [number, number] | undefined {
    let groupsThatCount = 0;
    for (let group = 0; group < mostGroups; group++) if ((below[group] ?? 0) > 0) groupsThatCount++;
    if (groupsThatCount < 2) return undefined;
    const statistic = ratio(above, below);
    const resamples = this.#resamples.of(Math.min(this.#rows, mostGroups));
    const sorted = Float64Array.from(resamples.flatMap((weights) => statistic(weights) ?? [])).toSorted();
    // The nearest value, not a quantile between two values. Reports of earlier versions have the
    // same digits.
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    return [at(0.025), at(0.975)];
  }
}
