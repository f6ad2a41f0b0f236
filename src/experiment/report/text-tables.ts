import type { Table } from "../../report/tables.ts";
import { decimal, duration, noNumber, thousands } from "../../texts/number-text.ts";
import { asItIs, cellText, shortCellText, stateWords, unitAt, type Writing } from "./cell-text.ts";
import type { ExperimentReport, ReportTable } from "./experiment-report.ts";

/** A table of the report with everything in it. */
export function wholeTable(table: ReportTable, writing: Writing = asItIs): Table {
  const { title, columns, rows } = table;
  const { plain } = writing;
  // Rows that are figures have no detail.
  const hasDetail = rows.some(({ detail }) => detail !== "");
  return {
    title,
    header: ["", ...(hasDetail ? [""] : []), ...columns.map(({ name }) => plain(name))],
    rows: rows.map((row) => [
      plain(row.isPaper ? `paper: ${row.name}` : row.name),
      ...(hasDetail ? [plain(row.detail)] : []),
      ...row.cells.map((cell, place) => cellText(cell, unitAt(table, row, place), writing)),
    ]),
  };
}

/** The same for a terminal, without the paper's rows and without intervals. */
export function shortTable(table: ReportTable): Table {
  const { title, columns, rows } = table;
  const own = columns.map(({ name }) => !name.startsWith("paper:"));
  return {
    title,
    header: ["", "", ...columns.flatMap(({ name }, place) => (own[place] === true ? [name] : []))],
    rows: rows
      .filter(({ isPaper }) => !isPaper)
      .map((row) => [
        row.name,
        row.detail,
        ...row.cells.flatMap((cell, place) => (own[place] === true ? [shortCellText(cell, unitAt(table, row, place))] : [])),
      ]),
  };
}

/** How the table of trainings is to be read. */
export const trainingAbout =
  "The loss is of the same rows before and after, as the variant has them. Variants differ in these texts, so losses are compared within a line, and a lower one tells nothing of two variants. The time is that of the steps, without loading.";

export function trainingTable({ training }: ExperimentReport): Table {
  return {
    title: "Training",
    header: ["", "state", "rows", "held out", "steps", "loss before", "loss after", "time"],
    rows: training.map(({ name, state, rows, heldOut, steps, lossBefore, lossAfter, seconds }) => [
      name,
      stateWords[state],
      numberOf(rows),
      numberOf(heldOut),
      numberOf(steps),
      decimal(lossBefore, 3),
      decimal(lossAfter, 3),
      timeOf(seconds),
    ]),
  };
}

/** How the table of cells is to be read. */
export const costAbout =
  "Variants have the names of the experiment's file here. The time is that of the clock, with starting and loading, which benchmarks that were asked in one go share. Where lm-evaluation-harness asked, tokens and cut answers are not counted.";

export function costTable({ cells }: ExperimentReport): Table {
  return {
    title: "Cells, time and cost",
    header: ["", "state", "time", "calls", "prompt tokens", "reply tokens", "answers cut", "US dollars", "identity"],
    rows: cells.map(({ label, state, cause, seconds, calls, promptTokens, completionTokens, cut, cost, hash }) => [
      label,
      cause === null ? stateWords[state] : `${stateWords[state]}: ${cause}`,
      timeOf(seconds),
      numberOf(calls),
      numberOf(promptTokens),
      numberOf(completionTokens),
      numberOf(cut),
      decimal(cost),
      hash,
    ]),
  };
}

export function factsTable({ facts }: ExperimentReport): Table {
  return { title: "To repeat it", header: ["", "what", "value"], rows: facts.map(({ about, name, value }) => [about, name, value]) };
}

function numberOf(value: number | null): string {
  return value === null ? noNumber : thousands(value);
}

export function timeOf(seconds: number | null): string {
  return seconds === null ? noNumber : duration(seconds);
}
