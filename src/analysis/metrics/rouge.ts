import type { Metric } from "./metric.ts";
import type { TextPair } from "./text-pair.ts";

interface Parts {
  readonly precision: number;
  readonly recall: number;
}
type RougeTokenizer = "rouge" | "unicode";

/**
 * ROUGE-N F1 (Lin 2004, as in Google's rouge_score 0.1.2), which is clipped n-gram overlap. 0 if
 * either text has no n-gram.
 */
export function rougeN(n: 1 | 2, tokenizer: RougeTokenizer): Metric {
  const parts = (pair: TextPair): Parts => {
    const { matches, referenceTotals, predictionTotals } = pair.words(tokenizer);
    return partsOf(matches[n - 1] ?? 0, referenceTotals[n - 1] ?? 0, predictionTotals[n - 1] ?? 0);
  };
  return rouge(`rouge${n}`, `ROUGE-${n} F1`, tokenizer, parts);
}

/**
 * ROUGE-L F1 of the longest common subsequence of the whole texts, not of their sentences (that
 * would be ROUGE-Lsum).
 */
export function rougeL(tokenizer: RougeTokenizer): Metric {
  const parts = (pair: TextPair): Parts => {
    const { referenceTotals, predictionTotals } = pair.words(tokenizer);
    return partsOf(pair.subsequence(tokenizer), referenceTotals[0] ?? 0, predictionTotals[0] ?? 0);
  };
  return rouge("rougeL", "ROUGE-L F1", tokenizer, parts);
}

function rouge(metric: string, label: string, tokenizer: RougeTokenizer, parts: (pair: TextPair) => Parts): Metric {
  const score = (pair: TextPair): number => {
    const { precision, recall } = parts(pair);
    return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  };
  return { metric, label, tokenizer, most: 1, parts, score };
}

function partsOf(matches: number, inReference: number, inPrediction: number): Parts {
  return { precision: inPrediction === 0 ? 0 : matches / inPrediction, recall: inReference === 0 ? 0 : matches / inReference };
}
