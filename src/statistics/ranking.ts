/**
 * How often a value of one sample is higher than a value of another, from 0 to 1. Equal values
 * count half. This is the area under the ROC curve (AUC). Without a value on one side it is 0.5.
 */
export function rankedHigher(expectedHigher: readonly number[], expectedLower: readonly number[]): number {
  if (expectedHigher.length === 0 || expectedLower.length === 0) return 0.5;
  let wins = 0;
  for (const high of expectedHigher) for (const low of expectedLower) wins += high > low ? 1 : high === low ? 0.5 : 0;
  return wins / (expectedHigher.length * expectedLower.length);
}
