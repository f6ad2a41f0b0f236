/**
 * A sample counts as varying by this share of the distance between the means at least, so that the
 * line never lies at a mean. Samples of plain verdicts may not vary at all.
 */
const leastSpread = 0.05;

/**
 * The value that tells two samples apart with equal error, as if both were normal. It lies between
 * the means, nearer to the sample that varies less. If neither varies it lies halfway.
 * @param low The sample that is expected to lie lower, not empty.
 * @param high The other sample, not empty.
 */
export function equalErrorLine(low: readonly number[], high: readonly number[]): number {
  const [lowMean, lowDeviation] = meanAndDeviation(low);
  const [highMean, highDeviation] = meanAndDeviation(high);
  const least = leastSpread * Math.abs(highMean - lowMean);
  const lowSpread = Math.max(lowDeviation, least);
  const highSpread = Math.max(highDeviation, least);
  const spread = lowSpread + highSpread;
  return spread === 0 ? (lowMean + highMean) / 2 : (lowMean * highSpread + highMean * lowSpread) / spread;
}

function meanAndDeviation(values: readonly number[]): [mean: number, standardDeviation: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
}
