import { calibrationFigures } from "../evaluation/judge/obedience-words.ts";
import type { Estimate, JudgeFigures, JudgeResult, Obedience } from "../evaluation/judge/result.ts";
import { percent, thousands } from "../texts/number-text.ts";
import type { Table } from "./tables.ts";

/** What judges said of a run, as tables. No table if nobody judged it. */
export function judgeTables(results: readonly JudgeResult[]): Table[] {
  if (results.length === 0) return [];
  const judgements = results.flatMap(({ mode, judges }) => judges.map((judge) => ({ mode, judge })));
  return [
    {
      title: "Judged pairs",
      header: [
        "judge",
        "system message",
        "pairs with a verdict",
        "same text",
        "A' wins",
        "ties",
        "A wins",
        "win rate of A'",
        "at equal length",
        "first place wins",
      ],
      rows: judgements.map(({ mode, judge: { model, pair } }) => [
        model,
        mode === "system-shown" ? "shown" : "hidden",
        thousands(pair.rows),
        thousands(pair.identical),
        ...[pair.wins, pair.ties, pair.losses].map(thousands),
        ...[pair.winRate, pair.lengthControlledWinRate, pair.firstSlotRate].map(rate),
      ]),
    },
    ...judgements.flatMap(({ judge }) => obedienceTables(judge)),
  ];
}

function obedienceTables({ model, phrases }: JudgeFigures): Table[] {
  if (phrases === null) return [];
  const { all, tags: byTag, kept, calibration } = phrases;
  const line = (name: string, { obeyed, violated, notApplicable, unparsed, obeyedRate }: Obedience): string[] => [
    name,
    rate(obeyedRate),
    ...[obeyed, violated, notApplicable, unparsed].map(thousands),
  ];
  const keptLine = kept === null || kept.rows === 0 ? [] : [line(`kept originals (${thousands(kept.rows)} rows)`, kept.all)];
  return [
    {
      title: `Phrases that A' obeys, judged by ${model}`,
      header: ["tag", "obeyed of those that apply", "obeyed", "violated", "not applicable", "unparsed"],
      rows: [line("all", all), ...Object.entries(byTag).map(([tag, ofTag]) => line(tag, ofTag)), ...keptLine],
    },
    ...(calibration === null
      ? []
      : [{ title: `What ${model} knows of obedience`, header: ["", ""], rows: calibrationFigures(calibration) }]),
  ];
}

function rate(estimate: Estimate): string {
  if (estimate === null) return "-";
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((each) => percent(each, 1));
  return `${value} [${low}, ${high}]`;
}
