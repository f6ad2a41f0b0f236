import { UsageError } from "../errors.ts";
import { counted, thousands } from "../texts/number-text.ts";
import type { ExportedRun, LeftOutRows } from "./exported-row.ts";
import type { SplitSide } from "./split.ts";
import { surveySplit, type SplitSurvey } from "./split-survey.ts";

/**
 * Surveys the rows of a run that are to be exported, and counts those that are left out by choice.
 * @param run Name of the run directory.
 * @throws UsageError when no row is left.
 */
export function surveyRun(
  exported: ExportedRun,
  { run, sides }: { readonly run: string; readonly sides: readonly SplitSide[] },
): { readonly survey: SplitSurvey; readonly leftOut: Readonly<LeftOutRows> } {
  const leftOut: LeftOutRows = { byMark: 0, keptOriginal: 0 };
  const survey = surveySplit(exported.rows(leftOut), sides);
  if (survey.rows > 0) return { survey, leftOut };
  if (leftOut.keptOriginal > 0) {
    const others = leftOut.byMark > 0 ? ` The other ${thousands(leftOut.byMark)} are left out by their marks.` : "";
    throw new UsageError(
      `No row of ${run} is left to write: ${counted(leftOut.keptOriginal, "finished row keeps", "finished rows keep")} the input's response, which was not written under the system message.${others} sysgen status ${run} says what caught the new responses; --kept-original include takes these rows.`,
    );
  }
  if (leftOut.byMark > 0)
    throw new UsageError(`No finished row of ${run} is marked to be exported. --marked all takes them whatever their marks.`);
  throw new UsageError(`${run} has no finished row to export. sysgen status ${run} says why.`);
}
