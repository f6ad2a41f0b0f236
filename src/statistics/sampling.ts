/** An estimated number and how far off it may be, with 95% confidence. */
export interface Measure {
  readonly value: number;
  /** Half the interval's width. */
  readonly bar: number;
}

/** 95% of a normal distribution lies within this many standard deviations of the mean. */
export const normal95 = 1.959964;

/**
 * The same for a mean of few values, which is Student's t by its expansion (Abramowitz and Stegun
 * 26.7.5). It is within 3% from 2 degrees of freedom on.
 */
export function student95(degrees: number): number {
  const z = normal95;
  const terms = [
    z,
    (z ** 3 + z) / 4 / degrees,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 / degrees ** 2,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384 / degrees ** 3,
  ];
  return terms.reduce((sum, term) => sum + term, 0);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

/**
 * Estimated variance of the population that the values are a sample of. 0 for fewer than two
 * values.
 */
export function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return sum(values.map((value) => (value - middle) ** 2)) / (values.length - 1);
}

/**
 * Variance of an estimated total. The estimate is the mean of a sample times `population`. 0 if the
 * sample is the whole population.
 */
export function varianceOfTotal(sample: readonly number[], population: number): number {
  if (sample.length === 0 || sample.length >= population) return 0;
  return population ** 2 * (1 / sample.length - 1 / population) * variance(sample);
}
