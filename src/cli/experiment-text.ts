import { assumptions, cellsOf, type CellTimes } from "../experiment/estimate-time.ts";
import { labelOf } from "../experiment/cells.ts";
import { isFinished, type PlannedSubject } from "../experiment/plan.ts";
import type { ExperimentReport } from "../experiment/report/experiment-report.ts";
import { headlinesOf } from "../experiment/report/headline.ts";
import { shortTable, trainingAbout, trainingTable } from "../experiment/report/text-tables.ts";
import type { ReportFiles } from "../report/write-report.ts";
import type { Table } from "../report/tables.ts";
import { counted, duration } from "../texts/number-text.ts";
import { tableLines } from "./report-text.ts";
import { pc } from "./terminal.ts";
import { hang, wrapText } from "./wrap-text.ts";

const legend =
  "(+3.1) is the difference to the base, * if its 95% interval leaves 0 out, ~ of a partial result or of other data than the published set. The report has the intervals.";

/** Renders what an experiment came to for a terminal. */
export function renderExperiment(report: ExperimentReport, files: ReportFiles, columns: number): string {
  const failed = report.cells.filter(({ state }) => state === "failed");
  const headlines: Table = {
    title: "",
    header: ["", "", ""],
    rows: headlinesOf(report).map(({ name, value, detail }) => [name, value, detail]),
  };
  const tables = report.tables.filter(({ id }) => id === "results" || id === "contrasts").map(shortTable);
  const parts = [
    pc.bold(report.name),
    tableLines(headlines, columns, true),
    ...[...tables, trainingTable(report)]
      .filter(({ rows }) => rows.length > 0)
      .map((table) => `${pc.bold(table.title)}\n${tableLines(table, columns, false)}`),
    wrapText(pc.dim(legend), columns),
    report.training.length === 0 ? "" : wrapText(pc.dim(trainingAbout), columns),
    failed.length === 0
      ? ""
      : `${pc.bold("failed")}\n${failed.map(({ label, cause }) => wrapText(`  ${label}: ${pc.red(cause ?? "no cause is known")}`, columns)).join("\n")}`,
    `${pc.bold("notes")}\n${report.notes.map((note) => wrapText(`  ${hang}${note}`, columns)).join("\n")}`,
    `${pc.bold("report")}  ${files.json}\n        ${files.markdown}\n        ${files.html}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Renders which cells are left and how long they may take, for `--dry-run`. */
export function renderPlan(subjects: readonly PlannedSubject[], times: CellTimes, columns: number): string {
  const cells = cellsOf(subjects).map((planned) => ({ planned, isKept: isFinished(planned), time: times.of(planned.cell) }));
  const left = cells.filter(({ isKept }) => !isKept);
  const total = left.reduce((seconds, { time }) => seconds + time.seconds, 0);
  const table: Table = {
    title: "",
    header: ["cell", "state", "time", ""],
    rows: cells.map(({ planned: { cell, file }, isKept, time }) => [
      labelOf(cell),
      isKept ? "kept" : file === undefined ? "to do" : `to do again (${file.state})`,
      isKept ? "" : duration(time.seconds, "whole"),
      isKept ? "" : time.isMeasured ? "as cells that are done" : "assumed",
    ]),
  };
  const parts = [
    tableLines(table, columns, false),
    `${pc.bold(`${counted(left.length, "cell")} to do`)}, ${counted(cells.length - left.length, "cell")} kept. About ${duration(total, "whole")}.`,
    ...(left.some(({ time }) => !time.isMeasured) ? [wrapText(pc.dim(assumptions), columns)] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}
