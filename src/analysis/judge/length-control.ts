import type { Statistic } from "./bootstrap.ts";

/** A row's preference and how much longer the new response is. */
export interface Preference {
  readonly row: number;
  /** 1: the new response won, 0: the original, 0.5: a tie. */
  readonly score: number;
  /** Length of the new response less that of the original. */
  readonly longer: number;
}

interface Point {
  readonly row: number;
  readonly score: number;
  readonly x: number;
}

/** Weight of the slope's own square: a slope that lengths alone explain (they part the wins from the losses) stays finite. */
const ridge = 1;
const mostSteps = 50;
const longestStep = 4;

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
  const points = preferences.map(({ row, score, longer }): Point => ({ row, score, x: Math.tanh(longer / scale) }));
  return (weights) => rateAtEqualLength(points, weights);
}

function rateAtEqualLength(points: readonly Point[], weights: ArrayLike<number>): number | undefined {
  let [all, won] = [0, 0];
  for (const { row, score } of points) {
    all += weights[row] ?? 0;
    won += (weights[row] ?? 0) * score;
  }
  if (all === 0) return undefined;
  if (won === 0 || won === all) return won / all;
  // Newton's method; the penalised likelihood has one maximum.
  let intercept = Math.log(won / (all - won));
  let slope = 0;
  for (let step = 0; step < mostSteps; step++) {
    let [toIntercept, toSlope, ii, is, ss] = [0, -ridge * slope, 0, 0, ridge];
    for (const { row, score, x } of points) {
      const weight = weights[row] ?? 0;
      if (weight === 0) continue;
      const rate = logistic(intercept + slope * x);
      const spread = weight * rate * (1 - rate);
      toIntercept += weight * (score - rate);
      toSlope += weight * (score - rate) * x;
      ii += spread;
      is += spread * x;
      ss += spread * x * x;
    }
    const determinant = ii * ss - is * is;
    if (!(determinant > 1e-12)) break;
    const byIntercept = clamped((ss * toIntercept - is * toSlope) / determinant);
    const bySlope = clamped((ii * toSlope - is * toIntercept) / determinant);
    intercept += byIntercept;
    slope += bySlope;
    if (Math.abs(byIntercept) + Math.abs(bySlope) < 1e-9) break;
  }
  return logistic(intercept);
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function clamped(step: number): number {
  return Math.max(-longestStep, Math.min(longestStep, step));
}
