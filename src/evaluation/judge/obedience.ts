import { aboveLine, type Calibration } from "../../phases/calibration.ts";
import type { Answer } from "../../phases/ask-questions.ts";
import type { ObeyedPhrase, PhraseVerdict } from "./row-verdicts.ts";

/** Log-odds at and above which a phrase counts as obeyed, for all tags and for single ones. */
export type ObedienceLines = Pick<Calibration, "line" | "tagLines">;

/** The lines of a judge that is taken at its word. */
export const evenOdds: ObedienceLines = { line: 0, tagLines: {} };

/** What an answer to the question of obedience says of its phrase. */
export function obedienceOf(answer: Answer | undefined): Pick<ObeyedPhrase, "score" | "notApplicable"> {
  const [obeyed, violated, notApplicable] = answer ?? [];
  if (obeyed === undefined || violated === undefined || notApplicable === undefined) return {};
  return { score: round(obeyed - violated), notApplicable: round(Math.exp(notApplicable)) };
}

/**
 * The verdict on a phrase. It is not applicable where that is likelier than both other answers
 * together. Else its log-odds of obeyed over violated decide, by the line.
 */
export function verdictOf(
  { tag, score, notApplicable = 0 }: Pick<ObeyedPhrase, "tag" | "score" | "notApplicable">,
  lines: ObedienceLines,
): PhraseVerdict {
  if (score === undefined) return "unparsed";
  if (notApplicable > 0.5) return "not-applicable";
  return aboveLine(lines, { tag, score }) >= 0 ? "obeyed" : "violated";
}

/** The phrases with the verdicts that follow from other lines. */
export function underLines(phrases: readonly ObeyedPhrase[], lines: ObedienceLines): ObeyedPhrase[] {
  return phrases.map((phrase) => ({ ...phrase, verdict: verdictOf(phrase, lines) }));
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
