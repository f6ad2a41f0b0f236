import type { JudgeResult } from "../../evaluation/judge/result.ts";
import type { Report } from "../../analysis/report.ts";
import { html } from "./markup.ts";
import { page, type Section } from "./page.ts";
import { breakdownsSection } from "./sections/breakdowns.ts";
import { calibrationSection } from "./sections/calibration.ts";
import { diversitySection } from "./sections/diversity.ts";
import { examplesSection, type RowAddress } from "./sections/examples.ts";
import { headline } from "./sections/headline.ts";
import { judgeHeadline, judgeSection, judgedForPaper } from "./sections/judge.ts";
import { masthead } from "./sections/masthead.ts";
import { messagesSection } from "./sections/messages.ts";
import { notesSection } from "./sections/notes.ts";
import { paperSection } from "./sections/paper.ts";
import { responsesSection } from "./sections/responses.ts";
import { rowsSection } from "./sections/rows.ts";

/**
 * A report as one HTML document that needs no network and no script. The same report makes the same
 * bytes. Importing this module loads the charts' library, so import it only where a page is made.
 * @param judged What `sysgen judge` found, with the system message shown and hidden, as far as it
 * was asked.
 * @param rowAddress Where a row can be looked at, by its id. Undefined for a file that stands
 * alone.
 */
export async function renderReport(report: Report, judged: readonly JudgeResult[] = [], rowAddress?: RowAddress): Promise<string> {
  const sections: readonly Section[] = [
    { id: "headline", title: "At a glance", content: headline(report, judgeHeadline(judged)) },
    { id: "rows", title: "Rows through the phases", content: rowsSection(report) },
    { id: "messages", title: "System messages", content: messagesSection(report) },
    { id: "responses", title: "A against A′", content: responsesSection(report) },
    { id: "judge", title: "Judged pairs", content: judgeSection(judged) },
    { id: "diversity", title: "Diversity and leakage", content: diversitySection(report) },
    { id: "examples", title: "Rows to look at", content: examplesSection(report, rowAddress) },
    ...(report.calibration === null ? [] : [{ id: "calibration", title: "The judge's calibration", content: calibrationSection(report) }]),
    { id: "breakdowns", title: "By source, turn and tag", content: breakdownsSection(report) },
    { id: "paper", title: "Beside the paper", content: paperSection(report, judgedForPaper(judged)) },
    { id: "notes", title: "Notes and definitions", content: notesSection(report) },
  ];
  const document = page({
    title: `${report.run.name} · SysGen report`,
    masthead: masthead(report),
    sections,
    footer: html`Made by sysgen ${report.sysgenVersion}. This file holds everything it shows, texts of the run's rows too, and fetches
    nothing.`,
  });
  return String(await document);
}
