import type { Statistic } from "../../statistics/bootstrap.ts";

/** A row's preference and how much longer the new response is. */
export interface Preference {
  readonly row: number;
  /** 1: the new response won, 0: the original, 0.5: a tie. */
  readonly score: number;
  /** Length of the new response less that of the original. */
  readonly longer: number;
}

/** Weight of the slope's own square: a slope that lengths alone explain (they part the wins from the losses) stays finite. */
const ridge = 1;
const mostSteps = 50;
const longestStep = 4;
/** Newton's method doubles its right digits: the step after one so small would be below any that are shown. */
const lastStep = 1e-6;

/** Rows as columns, since a bootstrap fits them thousands of times. */
interface Columns {
  readonly rows: Int32Array;
  readonly scores: Float64Array;
  readonly x: Float64Array;
}

interface Fit {
  readonly intercept: number;
  readonly slope: number;
}

/**
 * The win rate at equal length: P(new wins) = logistic(a + b tanh(d / sd)) is fitted to the preferences, d being the difference of the lengths
 * and sd its deviation, and logistic(a) is the rate where d is 0. This is the length term of AlpacaEval 2's length-controlled win rate
 * (arXiv 2404.04475), for one pair of systems and without its term for the instruction. Ties are half a win and half a loss. Where
 * all rows have the same winner no fit is needed.
 */
export function lengthControlled(preferences: readonly Preference[]): Statistic {
  const mean = preferences.reduce((sum, { longer }) => sum + longer, 0) / preferences.length;
  const deviation = Math.sqrt(preferences.reduce((sum, { longer }) => sum + (longer - mean) ** 2, 0) / preferences.length);
  // All lengths differ by the same: it cannot be told what length does, and the raw rate is all there is.
  const scale = deviation > 0 ? deviation : Infinity;
  const columns: Columns = {
    rows: Int32Array.from(preferences, ({ row }) => row),
    scores: Float64Array.from(preferences, ({ score }) => score),
    x: Float64Array.from(preferences, ({ longer }) => Math.tanh(longer / scale)),
  };
  // Fits of resamples are near that of the sample.
  let start: Fit | undefined;
  return (weights) => {
    const [all, won] = sums(columns, weights);
    if (all === 0) return undefined;
    if (won === 0 || won === all) return won / all;
    const found = fit(columns, weights, start ?? { intercept: Math.log(won / (all - won)), slope: 0 });
    start ??= found;
    return logistic(found.intercept);
  };
}

function sums({ rows, scores }: Columns, weights: ArrayLike<number>): [number, number] {
  let [all, won] = [0, 0];
  for (let index = 0; index < rows.length; index++) {
    const weight = weights[rows[index] ?? 0] ?? 0;
    all += weight;
    won += weight * (scores[index] ?? 0);
  }
  return [all, won];
}

/** By Newton's method; the penalised likelihood has one maximum. */
function fit({ rows, scores, x }: Columns, weights: ArrayLike<number>, start: Fit): Fit {
  let { intercept, slope } = start;
  for (let step = 0; step < mostSteps; step++) {
    let [toIntercept, toSlope, ii, is, ss] = [0, -ridge * slope, 0, 0, ridge];
    for (let index = 0; index < rows.length; index++) {
      const weight = weights[rows[index] ?? 0] ?? 0;
      if (weight === 0) continue;
      const at = x[index] ?? 0;
      const rate = logistic(intercept + slope * at);
      const spread = weight * rate * (1 - rate);
      const rest = weight * ((scores[index] ?? 0) - rate);
      toIntercept += rest;
      toSlope += rest * at;
      ii += spread;
      is += spread * at;
      ss += spread * at * at;
    }
    const determinant = ii * ss - is * is;
    if (!(determinant > 1e-12)) break;
    const byIntercept = clamped((ss * toIntercept - is * toSlope) / determinant);
    const bySlope = clamped((ii * toSlope - is * toIntercept) / determinant);
    intercept += byIntercept;
    slope += bySlope;
    if (Math.abs(byIntercept) + Math.abs(bySlope) < lastStep) break;
  }
  return { intercept, slope };
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function clamped(step: number): number {
  return Math.max(-longestStep, Math.min(longestStep, step));
}
