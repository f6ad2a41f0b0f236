import type { Statistic } from "../../statistics/bootstrap.ts";

/** A row's preference, and how much longer its new response is. */
export interface Preference {
  /** Index of the row among the weights of a bootstrap. */
  readonly row: number;
  /** 1 when the new response won, 0 when the original did, 0.5 for a tie. */
  readonly score: number;
  /** Length of the new response minus that of the original, in UTF-16 code units. */
  readonly longer: number;
}

/**
 * Weight of the square of the slope in the likelihood. It keeps the slope finite when lengths alone
 * separate the wins from the losses.
 */
const ridge = 1;
const mostSteps = 50;
const longestStep = 4;
/**
 * The fit ends after a step that is smaller than this. Newton's method doubles the correct digits
 * at each step, so the next one would not change a digit that is shown.
 */
const lastStep = 1e-6;

/** The preferences as columns, because a bootstrap fits them thousands of times. */
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
 * The win rate at equal length. The model P(new wins) = logistic(a + b tanh(d / s)) is fitted to
 * the preferences, where d is the difference in length and s is its standard deviation. The rate is
 * logistic(a), which is the model at d = 0. This is the length term of AlpacaEval 2's
 * length-controlled win rate (arXiv 2404.04475), for one pair of systems and without the term for
 * the instruction. A tie counts as half a win and half a loss. When all rows have the same winner,
 * the rate is 0 or 1 and nothing is fitted.
 */
export function lengthControlled(preferences: readonly Preference[]): Statistic {
  const mean = preferences.reduce((sum, { longer }) => sum + longer, 0) / preferences.length;
  const deviation = Math.sqrt(preferences.reduce((sum, { longer }) => sum + (longer - mean) ** 2, 0) / preferences.length);
  // When all lengths differ by the same, their effect cannot be told. Every x is then 0, and the
  // result is the raw rate.
  const scale = deviation > 0 ? deviation : Infinity;
  const columns: Columns = {
    rows: Int32Array.from(preferences, ({ row }) => row),
    scores: Float64Array.from(preferences, ({ score }) => score),
    x: Float64Array.from(preferences, ({ longer }) => Math.tanh(longer / scale)),
  };
  // The fit of the sample. Those of resamples are near it and start from it.
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

/** Fits by Newton's method. The penalised likelihood has one maximum. */
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
