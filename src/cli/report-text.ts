import { headlineTable, tablesOf, type Table } from "../report/tables.ts";
import { renderHints } from "./summary-text.ts";
import type { Report } from "../analysis/report.ts";
import type { ReportFiles } from "../report/write-report.ts";
import { pc } from "./terminal.ts";
import { hang, wrapText } from "./wrap-text.ts";

/**
 * Renders a report for a terminal. Headline figures come first, then the tables, the notes and the
 * paths of the files.
 * @param columns Width of the terminal in characters. A table that is wider leaves out the columns
 * that it lists as `wide`.
 */
export function renderReport(report: Report, files: ReportFiles, columns: number): string {
  const { run, notes, hints } = report;
  const judge = run.judgeModel === run.model ? "" : `, judge ${run.judgeModel}`;
  const [head, ...tables] = [headlineTable(report), ...tablesOf(report)];
  const parts = [
    `${pc.bold(run.name)}  ${run.state}\n${run.input} (${run.format}), model ${run.model}${judge}`,
    head ? tableLines(head, columns, true) : "",
    renderHints(hints),
    ...tables.map((table) => `${pc.bold(table.title)}\n${tableLines(table, columns, false)}`),
    notes.length > 0 ? `${pc.bold("notes")}\n${notes.map((note) => wrapText(`  ${note}`, columns)).join("\n")}` : "",
    `${pc.bold("report")}  ${files.json}\n        ${files.markdown}\n        ${files.html}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** A table as lines. Columns that a narrow terminal can do without are left out where it is. */
export function tableLines({ header, rows, wide = [] }: Table, columns: number, isHeadline: boolean): string {
  const hasHeader = header.some((cell) => cell !== "");
  const lines = hasHeader ? [header, ...rows] : rows;
  const whole = aligned(lines);
  const fitting = whole.every((line) => line.replace(hang, "").length <= columns)
    ? whole
    : aligned(lines.map((line) => line.filter((_, index) => !wide.includes(index))));
  return fitting
    .map((line, index) => (isHeadline ? emphasized(line, rows[index]?.[1] ?? "") : hasHeader && index === 0 ? pc.dim(line) : line))
    .join("\n");
}

/**
 * Pads cells to the width of their column. Numbers are aligned to the right. The first column and
 * columns of words are aligned to the left.
 */
function aligned(lines: readonly (readonly string[])[]): string[] {
  const places = lines[0]?.map((_, place) => place) ?? [];
  const widths = places.map((place) => Math.max(...lines.map((line) => line[place]?.length ?? 0)));
  const isNumeric = places.map((place) => place > 0 && lines.slice(1).every((line) => /^(?:-?[\d,.]+[%x ]*|-|)$/.test(line[place] ?? "")));
  return lines.map((line) =>
    `  ${line
      .map((cell, place) => (isNumeric[place] ? cell.padStart(widths[place] ?? 0) : cell.padEnd(widths[place] ?? 0)))
      .map((cell, place) => (place === places.length - 1 && !isNumeric[place] ? `${hang}${cell}` : cell))
      .join("  ")}`.trimEnd(),
  );
}

function emphasized(line: string, value: string): string {
  return value === "" ? line : line.replace(value, pc.bold(pc.cyan(value)));
}
