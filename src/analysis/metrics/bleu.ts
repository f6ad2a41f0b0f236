import type { Metric } from "./metric.ts";
import type { NgramOverlap } from "./ngram-overlap.ts";

const orders = 4;

/**
 * BLEU (Papineni et al. 2002) as in sacrebleu 2.6, from 0 to 100, with one reference and
 * exponential smoothing. A pair's score uses effective order (`sentence_bleu`). A set's score does
 * not (`corpus_bleu`).
 */
export function bleu(tokenizer: "13a" | "unicode"): Metric {
  return {
    metric: "bleu",
    label: "BLEU",
    tokenizer,
    most: 100,
    score: (pair) => bleuOf(pair.words(tokenizer), true),
    corpus() {
      const sums = { matches: [0, 0, 0, 0], referenceTotals: [0, 0, 0, 0], predictionTotals: [0, 0, 0, 0] };
      const keys = ["matches", "referenceTotals", "predictionTotals"] as const;
      return {
        add(pair) {
          const overlap = pair.words(tokenizer);
          for (const key of keys)
            for (let order = 0; order < orders; order++) sums[key][order] = (sums[key][order] ?? 0) + (overlap[key][order] ?? 0);
        },
        value: () => bleuOf(sums, false),
      };
    },
  };
}

/** BLEU out of counts of n-grams. The texts' lengths are the totals of order 1. */
function bleuOf({ matches, referenceTotals, predictionTotals }: NgramOverlap, effectiveOrder: boolean): number {
  const referenceLength = referenceTotals[0] ?? 0;
  const length = predictionTotals[0] ?? 0;
  if (matches.every((count) => count === 0)) return 0;
  let logs = 0;
  let used = orders;
  let smoothing = 1;
  for (let order = 0; order < orders; order++) {
    const total = predictionTotals[order] ?? 0;
    if (total === 0) {
      if (!effectiveOrder) return 0;
      used = order;
      break;
    }
    const found = matches[order] ?? 0;
    if (found === 0) smoothing *= 2;
    logs += Math.log(found === 0 ? 1 / (smoothing * total) : found / total);
  }
  const brevity = length < referenceLength ? Math.exp(1 - referenceLength / length) : 1;
  return 100 * brevity * Math.exp(logs / used);
}
