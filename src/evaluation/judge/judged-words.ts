import { counted, percent, thousands } from "../../texts/number-text.ts";
import type { Estimate, JudgeFigures, JudgeResult } from "./result.ts";

/** What judges said of a run, a sentence or two each, for the card of its dataset. */
export function judgedWords(results: readonly JudgeResult[]): string[] {
  return results.flatMap(({ mode, sample, judges }) =>
    judges.map((judge) => {
      const who = `\`${judge.model}\`${judge.isGenerator ? ", which wrote the responses," : ""} judged ${counted(sample.drawn, "row")} of ${thousands(sample.done)} (seed ${sample.seed}, system message ${mode === "system-shown" ? "shown" : "hidden"})`;
      return [`${who}.`, pairWords(judge), obedienceWords(judge)].filter((part) => part !== "").join(" ");
    }),
  );
}

function pairWords({ pair: { rows, wins, ties, losses, identical, unparsed, winRate } }: JudgeFigures): string {
  const same =
    identical === 0
      ? ""
      : ` ${counted(identical, "pair has", "pairs have")} the same text and ${identical === 1 ? "counts" : "count"} for nothing.`;
  const unread = unparsed === 0 ? "" : ` ${thousands(unparsed)} got no verdict that could be read.`;
  if (rows + unparsed === 0) return `No pair of responses differs.${same}`;
  return `Of ${counted(rows + unparsed, "pair that differs", "pairs that differ")}, the new response won ${thousands(wins)}, tied ${thousands(ties)} and lost ${thousands(losses)}${rate("win rate", winRate)}.${unread}${same}`;
}

function obedienceWords({ phrases }: JudgeFigures): string {
  if (phrases === null || phrases.rows === 0) return "";
  const { obeyed, violated, obeyedRate } = phrases.all;
  return `Of ${counted(obeyed + violated, "phrase that applies", "phrases that apply")}, new responses obey ${thousands(obeyed)}${rate("obeyed", obeyedRate)}.`;
}

function rate(name: string, estimate: Estimate): string {
  if (estimate === null) return "";
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((part) => percent(part, 1));
  return ` (${name} ${value}, 95% interval ${low} to ${high})`;
}
