import type { TokenizerName } from "./tokenizers.ts";
import type { TextPair } from "./text-pair.ts";

/** A score of a prediction (A') against a reference (A). */
export interface Metric {
  readonly metric: string;
  /** The metric's name for people. */
  readonly label: string;
  /** `own` is a metric of the user's own. */
  readonly tokenizer: TokenizerName | "characters" | "own";
  /** The largest score, 1 or 100. The least is 0. */
  readonly most: number;
  /** The score of one pair. An empty text scores 0. */
  score(pair: TextPair): number;
  /**
   * Precision (a share of the prediction) and recall (a share of the reference) of one pair. Only
   * for metrics whose score is the F1 of the two.
   */
  parts?(pair: TextPair): { readonly precision: number; readonly recall: number };
  /** The score over a whole set of pairs. Only for metrics that are defined so. */
  corpus?(): CorpusScore;
}

/** A score over many pairs, which is not the mean of theirs. */
export interface CorpusScore {
  add(pair: TextPair): void;
  /** The score. 0 for no pairs. */
  value(): number;
}
