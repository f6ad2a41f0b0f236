import type { Table } from "../../report/tables.ts";
import { decimal, duration, noNumber, thousands } from "../../texts/number-text.ts";
import { cellText, shortCellText, stateWords, unitAt } from "./cell-text.ts";
import type { ExperimentReport, ReportTable } from "./experiment-report.ts";

/** A table of the report with everything in it. */
export function wholeTable(table: ReportTable): Table {
  const { title, columns, rows } = table;
  // Rows that are figures have no detail.
  const hasDetail = rows.some(({ detail }) => detail !== "");
  return {
    title,
    header: ["", ...(hasDetail ? [""] : []), ...columns.map(({ name }) => name)],
    rows: rows.map((row) => [
      row.isPaper ? `paper: ${row.name}` : row.name,
      ...(hasDetail ? [row.detail] : []),
      ...row.cells.map((cell, place) => cellText(cell, unitAt(table, row, place))),
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

export function trainingTable({ training }: ExperimentReport): Table {
  return {
    title: "Training",
    header: ["", "state", "rows", "held out", "steps", "probe loss before", "after", "time"],
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

export function costTable({ cells }: ExperimentReport): Table {
  return {
    title: "Cells, time and cost",
    header: ["", "state", "time", "calls", "prompt tokens", "reply tokens", "US dollars", "identity"],
    rows: cells.map(({ label, state, cause, seconds, calls, promptTokens, completionTokens, cost, hash }) => [
      label,
      cause === null ? stateWords[state] : `${stateWords[state]}: ${cause}`,
      timeOf(seconds),
      numberOf(calls),
      numberOf(promptTokens),
      numberOf(completionTokens),
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
