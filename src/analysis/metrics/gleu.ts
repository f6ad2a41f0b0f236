import type { Metric } from "./metric.ts";
import type { NgramOverlap } from "./ngram-overlap.ts";

/**
 * Google BLEU (Wu et al. 2016, section 8), from 0 to 1, as NLTK's `gleu_score` and `google_bleu` of
 * Hugging Face's evaluate have it. N-grams of orders 1 to 4 are pooled, and the score is the lesser
 * of precision and recall. It is symmetric. It is not the GLEU of grammatical error correction.
 */
export function gleu(tokenizer: "13a" | "unicode"): Metric {
  return {
    metric: "gleu",
    label: "GLEU",
    tokenizer,
    most: 1,
    score(pair) {
      const { matches, most } = pooled(pair.words(tokenizer));
      return most === 0 ? 0 : matches / most;
    },
    corpus() {
      let matches = 0;
      let most = 0;
      return {
        add(pair) {
          const found = pooled(pair.words(tokenizer));
          matches += found.matches;
          most += found.most;
        },
        value: () => (most === 0 ? 0 : matches / most),
      };
    },
  };
}

function pooled({ matches, referenceTotals, predictionTotals }: NgramOverlap): { matches: number; most: number } {
  return { matches: sum(matches), most: Math.max(sum(referenceTotals), sum(predictionTotals)) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
