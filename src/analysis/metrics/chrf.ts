import type { Metric } from "./metric.ts";

const beta = 2;

/**
 * chrF2 (Popović 2015) as in sacrebleu 2.6, from 0 to 100. It is the F score with beta 2 of the
 * mean precision and the mean recall of character n-grams of orders 1 to 6. White space is left out
 * and case is kept. Orders for which either text is too short are left out.
 */
export const chrf: Metric = {
  metric: "chrf",
  label: "chrF2",
  tokenizer: "characters",
  most: 100,
  score(pair) {
    const { matches, referenceTotals, predictionTotals } = pair.characters();
    let precision = 0;
    let recall = 0;
    let used = 0;
    for (const [order, count] of matches.entries()) {
      const inReference = referenceTotals[order] ?? 0;
      const inPrediction = predictionTotals[order] ?? 0;
      if (inReference === 0 || inPrediction === 0) continue;
      precision += count / inPrediction;
      recall += count / inReference;
      used++;
    }
    if (precision + recall === 0) return 0;
    return (100 * (1 + beta ** 2) * (precision / used) * (recall / used)) / ((beta ** 2 * precision) / used + recall / used);
  },
};
