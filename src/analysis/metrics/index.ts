import { bleu } from "./bleu.ts";
import { chrf } from "./chrf.ts";
import { gleu } from "./gleu.ts";
import type { Metric } from "./metric.ts";
import { rougeL, rougeN } from "./rouge.ts";
import { TextPairs } from "./text-pair.ts";

/**
 * The table of metrics, in the order in which reports show them. Figures of the tokenizers `rouge`
 * and `13a` are comparable with published ones.
 */
export const metrics: readonly Metric[] = [
  rougeN(1, "rouge"),
  rougeN(2, "rouge"),
  rougeL("rouge"),
  bleu("13a"),
  gleu("13a"),
  chrf,
  rougeN(1, "unicode"),
  rougeN(2, "unicode"),
  rougeL("unicode"),
  bleu("unicode"),
  gleu("unicode"),
];

/**
 * A metric's score of one pair of texts. For several metrics or many pairs, `TextPairs` spares work
 * that metrics share.
 */
export function scoreOf(metric: Metric, reference: string, prediction: string): number {
  return metric.score(new TextPairs().pair(reference, prediction));
}
