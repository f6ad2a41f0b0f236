import { variants, type VariantName } from "../variants.ts";
import { lossesText, otherDataText, remarkOf } from "./cell-text.ts";
import type { ReportCell, ReportTable, ResultCell } from "./experiment-report.ts";
import { ownRows, unitOf } from "./paper-tables.ts";
import type { Model, Results } from "./results.ts";

// Tables that the paper has not.

/** Every benchmark by its main figure. */
export function mainTable(results: Results, models: readonly Model[], benchmarks: readonly string[]): ReportTable[] {
  const choices = mainChoices(results, benchmarks);
  return [
    {
      id: mainTableId,
      title: "Results",
      about: `The main figure of each benchmark. s-ifeval and ifeval are checked by code. own asks held-out rows of the run, which no variant was trained on.${namesOf(models)}`,
      paper: null,
      columns: choices.map(({ benchmark, figure, systemAs }) => ({
        name: `${columnOf(results, benchmark, figure)}${systemAs === "user" ? ", as user" : ""}`,
        unit: unitOf(results, benchmark),
      })),
      rows: ownRows(models, (model) => choices.map((choice) => results.cell(model, choice))),
    },
  ];
}

/** What the tables call variants that the experiment's file names otherwise. */
function namesOf(models: readonly Model[]): string {
  const named = [...new Set(models.map(({ variant }) => variant))].filter((name) => variants[name].title !== name);
  return named.length === 0 ? "" : ` In the file, ${named.map((name) => `${variants[name].title} is ${name}`).join(", ")}.`;
}

export const mainTableId = "results";

/** The main figures of benchmarks, with messages in the system role where they are asked so. */
function mainChoices(results: Results, benchmarks: readonly string[]) {
  return benchmarks.flatMap((benchmark) => results.mainFigure(benchmark) ?? results.mainFigure(benchmark, "user") ?? []);
}

function columnOf(results: Results, benchmark: string, figure: string): string {
  const title = results.figuresOf(benchmark).find(({ name }) => name === figure)?.title;
  return title === undefined || title === benchmark ? benchmark : `${benchmark}: ${title}`;
}

/** Two variants, and what it tells if the first is better. */
interface Contrast {
  readonly left: VariantName;
  readonly right: VariantName;
  readonly question: string;
}

const contrasts: readonly Contrast[] = [
  { left: "s-a2", right: "base", question: "is the trained model better than the untouched one?" },
  { left: "s-a2", right: "original", question: "is SysGen's data better than the rows as they were?" },
  { left: "s-a2", right: "common", question: "do messages of each row's own help, against one for all?" },
  { left: "s-a2", right: "s-a", question: "do new responses help, under the same messages?" },
  { left: "s-a2", right: "a2", question: "does the message help, with the same responses?" },
  { left: "kd", right: "base", question: "does another model's data help?" },
];

/** What made a difference, benchmark by benchmark. */
export function contrastTable(results: Results, models: readonly Model[], benchmarks: readonly string[]): ReportTable[] {
  const choices = mainChoices(results, benchmarks);
  const students = [...new Set(models.map(({ student }) => student))];
  const has = (student: string, variant: VariantName): boolean =>
    models.some((model) => model.student === student && model.variant === variant);
  const rows = students.flatMap((student) =>
    contrasts
      .filter(({ left, right }) => has(student, left) && has(student, right))
      .map(({ left, right, question }) => ({
        name: `${students.length > 1 ? `${student}: ` : ""}${variants[left].title} − ${variants[right].title}`,
        detail: question,
        isPaper: false,
        cells: choices.map((choice): ReportCell => results.difference({ student, variant: left }, { student, variant: right }, choice)),
      })),
  );
  if (rows.length === 0 || choices.length === 0) return [];
  return [
    {
      id: "contrasts",
      title: "What makes a difference",
      about:
        "Differences of two variants on the same items, with 95% intervals of a paired bootstrap. An interval that holds 0 cannot tell. Of many intervals, one in twenty leaves 0 out by chance.",
      paper: null,
      columns: choices.map(({ benchmark }) => ({ name: benchmark, unit: unitOf(results, benchmark) })),
      rows,
    },
  ];
}

/**
 * Every figure of a benchmark, for whoever looks something up. There may be dozens, so a figure is
 * a row, and a model is a column whose head tells if its cell is not whole.
 */
export function allFiguresTable(results: Results, models: readonly Model[], benchmark: string): ReportTable[] {
  const main = results.mainFigure(benchmark) ?? results.mainFigure(benchmark, "user");
  const figures = results.figuresOf(benchmark);
  if (main === undefined || figures.length < 2) return [];
  const hasStudents = new Set(models.map(({ student }) => student)).size > 1;
  const unit = unitOf(results, benchmark);
  return [
    {
      id: `figures-${benchmark}`,
      title: `All figures of ${benchmark}`,
      about: "Without differences, because not every figure is a mean over items.",
      paper: null,
      columns: models.map((model) => {
        const cell = results.cell(model, main);
        const name = `${hasStudents ? `${model.student}, ` : ""}${variants[model.variant].title}`;
        const remarks = cell === null ? [] : [remarkOf(cell), otherDataText(cell), lossesText({ ...cell, unparsed: 0 })];
        const said = remarks.filter((remark) => remark !== "").join(", ");
        return { name: said === "" ? name : `${name} (${said})`, unit };
      }),
      rows: figures.map((figure) => ({
        name: figure.title,
        detail: "",
        isPaper: false,
        unit: figure.unit,
        cells: models.map((model) => withoutRemark(results.cell(model, { ...main, figure: figure.name, value: () => undefined }))),
      })),
    },
  ];
}

/** A figure with its items and what was not read. The head of its column tells the rest. */
function withoutRemark(cell: ResultCell | null): ResultCell | null {
  return cell === null ? null : { ...cell, state: "done", cause: null, delta: null, publishedItems: null, cut: null };
}
