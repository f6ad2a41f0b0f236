import { percent, plainDecimal, plainInterval, thousands } from "../texts/number-text.ts";
import type { Comparison, LengthFigures, Report, ScoreFigures } from "../analysis/report.ts";
import { judgedPhrases } from "./verdict-labels.ts";

/** A figure that a person looks at first. */
export interface Headline {
  readonly label: string;
  readonly value: string;
  /** What the value is made of, or how sure it is. May be empty. */
  readonly detail: string;
}

/** The figures that a person looks at first, in order. */
export function headlines({ overall }: Report): Headline[] {
  const { rows, messages, responses, diversity } = overall;
  const { good } = messages.verdicts;
  const judged = judgedPhrases(messages.verdicts);
  const rougeL = scoreIn(responses, "rougeL", "rouge");
  const words = lengthIn(responses, "words");
  const duplicates = diversity.nearDuplicates;
  const distinct = diversity.distinct.find(({ n }) => n === 2);
  return [
    rowsHeadline(rows),
    { label: "phrases judged good", value: percent(good, judged), detail: `${thousands(good)} of ${thousands(judged)}` },
    {
      label: "phrases a message",
      value: plainDecimal(messages.phrasesPerRow?.mean),
      detail: messages.words ? `${plainDecimal(messages.words.mean)} words on average` : "",
    },
    { label: "ROUGE-L of A' to A", value: plainDecimal(rougeL?.summary?.mean), detail: surely(rougeL?.summary?.interval) },
    {
      label: "length of A' to A",
      value: words?.ratioOfMeans == null ? "-" : `${plainDecimal(words.ratioOfMeans)} x`,
      detail: words ? ["in words", surely(words.ratioInterval)].filter((part) => part !== "").join(", ") : "",
    },
    {
      label: "near-duplicate messages",
      value: duplicates ? percent(duplicates.messages, diversity.messages) : "-",
      detail:
        duplicates && duplicates.clusters > 0
          ? `in ${thousands(duplicates.clusters)} clusters, the largest of ${thousands(duplicates.largest)}`
          : "",
    },
    {
      label: "distinct-2",
      value: plainDecimal(distinct?.perThousand ?? distinct?.all),
      detail: distinct?.perThousand == null ? "over all messages" : "a thousand messages",
    },
  ];
}

/** Older reports do not tell rows written anew from others. */
function rowsHeadline({ in: all, done, writtenAnew, originalKept, dropped, failed }: Report["overall"]["rows"]): Headline {
  const of = `of ${thousands(all)}`;
  if (writtenAnew === undefined || originalKept === undefined)
    return { label: "rows kept", value: percent(done, all), detail: `${thousands(done)} ${of}` };
  return {
    label: "rows written anew",
    value: percent(writtenAnew, all),
    detail: `${thousands(writtenAnew)} ${of}; ${thousands(originalKept)} with the original kept, ${thousands(dropped)} dropped, ${thousands(failed)} failed`,
  };
}

function surely(bounds: readonly [number, number] | null | undefined): string {
  return bounds ? `95% ${plainInterval(bounds)}` : "";
}

export function scoreIn({ scores }: Comparison, metric: string, tokenizer: ScoreFigures["tokenizer"]): ScoreFigures | undefined {
  return scores.find((score) => score.metric === metric && score.tokenizer === tokenizer);
}

export function lengthIn({ lengths }: Comparison, unit: LengthFigures["unit"]): LengthFigures | undefined {
  return lengths.find((length) => length.unit === unit);
}
