import { harnessTaskOf } from "../../evaluation/harness/tasks.ts";
import { counted, dollars, duration, noNumber, thousands } from "../../texts/number-text.ts";
import { sum } from "../../statistics/sampling.ts";
import { differenceText, isApart } from "./cell-text.ts";
import type { ExperimentReport, ReportRow, ReportTable } from "./experiment-report.ts";

/** A figure that a reader asks for first. */
export interface Headline {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

/** Whether SysGen's data helped, how far the experiment is, and what it took. */
export function headlinesOf({ tables, cells, benchmarks }: ExperimentReport): Headline[] {
  const done = cells.filter(({ state }) => state === "done" || state === "partial").length;
  const failed = cells.filter(({ state }) => state === "failed").length;
  const calls = sum(cells.map((cell) => cell.calls ?? 0));
  const tokens = sum(cells.map(({ promptTokens, completionTokens }) => (promptTokens ?? 0) + (completionTokens ?? 0)));
  const isUncounted = benchmarks.some((name) => harnessTaskOf(name) !== undefined);
  const costs = cells.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  return [
    ...answers(tables.find(({ id }) => id === "contrasts")),
    {
      name: "Cells done",
      value: `${thousands(done)} of ${thousands(cells.length)}`,
      detail: failed === 0 ? "trainings and evaluations" : `${counted(failed, "cell")} failed; the same command tries again`,
    },
    { name: "Time", value: duration(sum(cells.map(({ seconds }) => seconds ?? 0))), detail: "of all cells together" },
    {
      name: "Tokens",
      value: thousands(tokens),
      detail: `in ${counted(calls, "call")} of the models and the judge${isUncounted ? ", without lm-evaluation-harness's" : ""}${costs.length === 0 ? "" : `; ${dollars({ value: sum(costs), bar: 0 })}`}`,
    },
  ];
}

/** What SysGen's data did to each student, on each benchmark that the first contrast has. */
function answers(contrasts: ReportTable | undefined): Headline[] {
  if (contrasts === undefined) return [];
  return contrasts.rows.filter(({ detail }) => detail === contrasts.rows[0]?.detail).flatMap((row) => answersOf(contrasts, row));
}

function answersOf({ columns }: ReportTable, row: ReportRow): Headline[] {
  return row.cells.map((cell, place) => {
    const { name, unit } = columns[place] ?? { name: "", unit: "share" as const };
    const { difference, state } = cell?.kind === "difference" ? cell : { difference: null, state: "missing" };
    if (difference === null) return { name: `${name}: ${row.name}`, value: noNumber, detail: "not both have a result" };
    const verdict = !isApart(difference) ? "cannot tell" : difference.value > 0 ? "better" : "worse";
    const [value = "", ...interval] = differenceText(difference, unit).split(" ");
    const scale = unit === "share" ? "points" : "marks";
    return {
      name: `${name}: ${row.name}`,
      value,
      detail: `${[scale, ...interval].join(" ")} over ${counted(difference.items, "item")}${state === "partial" ? " (partial)" : ""}: ${verdict}`,
    };
  });
}
