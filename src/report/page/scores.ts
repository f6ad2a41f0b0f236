import type { Comparison, ScoreFigures } from "../../analysis/report.ts";

/**
 * A metric's figures by the paper's tokenizer, which is Google's for ROUGE and 13a for BLEU and
 * GLEU. If there are none, by another tokenizer.
 */
export function scoreOf({ scores }: Comparison, metric: string): ScoreFigures | undefined {
  return (
    scores.find((score) => score.metric === metric && score.tokenizer !== "unicode") ?? scores.find((score) => score.metric === metric)
  );
}

/** A score on a scale to 100, as papers print it. */
export function outOfHundred(score: ScoreFigures | undefined, value: number | null | undefined): number | null {
  return score === undefined || value === null || value === undefined ? null : (value / score.most) * 100;
}
