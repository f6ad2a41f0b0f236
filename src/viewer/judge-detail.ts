import { readExportedRow } from "../exports/exported-row.ts";
import { subjectOf } from "../evaluation/judge/subject.ts";
import type { JudgedRow } from "../evaluation/judge/row-verdicts.ts";
import type { JudgeMode } from "../evaluation/judge/pair-question.ts";
import { pairWords, type JudgedRows } from "./judged-rows.ts";
import type { JudgedShape, JudgementShape } from "./wire-shapes.ts";

/**
 * What was said of a row by `sysgen judge`. Null if it was not judged.
 * @param body The row's line in dataset.jsonl.
 */
export function judgeDetail(judged: JudgedRows, body: string): JudgedShape | null {
  const subject = subjectOf(readExportedRow(body, undefined));
  const said = judged.of(subject.id);
  if (said.length === 0) return null;
  const isOutdated = said.some(
    ({ verdicts: { lengths } }) => lengths.new !== subject.new.response.length || lengths.original !== subject.original.response.length,
  );
  return { judgements: said.flatMap(({ mode, verdicts }) => verdicts.judges.map((judge) => judgementShape(judge, mode))), isOutdated };
}

function judgementShape(judge: JudgedRow, mode: JudgeMode): JudgementShape {
  const { model, pair, phrases } = judge;
  return {
    model,
    isSystemShown: mode === "system-shown",
    pair:
      pair === null || "failed" in pair
        ? pair
        : {
            said: pairWords(judge) ?? "",
            agreement: pair.agreement,
            orders: pair.orders.map(({ first, verdict, reason }) => ({ first, verdict, reason })),
          },
    phrases:
      phrases === null || "failed" in phrases
        ? phrases
        : phrases.map(({ tag, text, verdict, score = null }) => ({ tag, text, verdict, score })),
  };
}
