import { mean, sum } from "../../statistics/sampling.ts";
import { variants, type VariantName } from "../variants.ts";
import type { PaperCell, ReportCell, ReportRow, ReportTable, ResultCell, Unit } from "./experiment-report.ts";
import { paperAblation, paperMultifacet, paperRoles, paperSysbench, paperUnseen } from "./paper-results.ts";
import type { FigureChoice, Model, Results } from "./results.ts";

// The paper's tables (arXiv 2502.11330, section 6) with the experiment's models in them. A table is
// left out if the experiment has no benchmark of it.

/** Multifacet by source group. */
export function multifacetTable(results: Results, models: readonly Model[]): ReportTable[] {
  const main = results.mainFigure("multifacet");
  if (main === undefined) return [];
  const known = new Set(results.figuresOf("multifacet").map(({ name }) => name));
  const groups = paperMultifacet.columns.slice(0, -1).filter((group) => known.has(`source:${group}`));
  const choices: readonly FigureChoice[] = [
    ...groups.map((group) => ({
      ...main,
      figure: `source:${group}`,
      value: (item: Parameters<FigureChoice["value"]>[0]) => (item.group === group ? main.value(item) : undefined),
    })),
    main,
  ];
  const places = [...groups, "mean"].map((name) => paperMultifacet.columns.findIndex((column) => column === name));
  return [
    {
      id: "multifacet",
      title: "Multifacet",
      about:
        "Marks from 1 to 5 for following system messages of several preferences. The last column is the mean over all items. In the paper it is the mean over the five groups, and its judge is not named.",
      paper: paperMultifacet.place,
      columns: [...groups, "mean"].map((name) => ({ name, unit: "mark" })),
      rows: [
        ...ownRows(models, (model) => choices.map((choice) => results.cell(model, choice))),
        ...paperRows(paperMultifacet.rows, (values) => places.map((place) => paper(values[place]))),
      ],
    },
  ];
}

/** What the models are trained on, with Multifacet's mean and the mean of the eight. */
export function ablationTable(results: Results, models: readonly Model[]): ReportTable[] {
  const multifacet = results.mainFigure("multifacet");
  const students = [...new Set(models.map(({ student }) => student))];
  const asked = unseenChoices(results);
  if (multifacet === undefined && asked.length === 0) return [];
  const papers = ["LLaMA-3.1-8B", "Phi-4"] as const;
  const names = [...students, ...papers.map((name) => `paper: ${name}`)];
  const order = Object.keys(variants).filter((name) => models.some(({ variant }) => variant === name));
  return [
    {
      id: "ablation",
      title: "Ablation",
      about:
        "What the models are trained on, the same rows in each variant. The mean of the eight is shown where all eight are whole and of the published sets, and never over some of them. The control without the system message is not in the paper.",
      paper: paperAblation.place,
      columns: names.flatMap((name) => [
        { name: `${name}: Multifacet`, unit: "mark" as const },
        { name: `${name}: the eight`, unit: "share" as const },
      ]),
      rows: order.map((name) => {
        const variant = models.find((model) => model.variant === name)?.variant ?? "base";
        const own = students.flatMap((student): ReportCell[] => {
          const model = { student, variant };
          return [multifacet === undefined ? null : results.cell(model, multifacet), meanOfEight(results, model)];
        });
        const theirs = papers.flatMap((student) => {
          const values = paperAblation.rows.find((row) => row.student === student && row.variant === variant)?.values ?? [];
          return [paper(values[0]), paper(values[1], "share")];
        });
        return { name: variants[variant].title, detail: variants[variant].detail, isPaper: false, cells: [...own, ...theirs] };
      }),
    },
  ];
}

/** Benchmarks that system messages are not about. They show what training makes a model forget. */
export function unseenTable(results: Results, models: readonly Model[]): ReportTable[] {
  const choices = unseenChoices(results);
  if (choices.length === 0) return [];
  const isWhole = choices.length === paperUnseen.columns.length;
  const places = choices.map(({ benchmark }) => paperUnseen.columns.findIndex((name) => name === benchmark));
  const atMean = paperUnseen.columns.length;
  return [
    {
      id: "unseen",
      title: "Unseen benchmarks",
      about:
        "Tasks of lm-evaluation-harness, in percent. Shots and versions are in the settings below. The mean is over all eight, and there is none where one is missing, partial or of other data.",
      paper: paperUnseen.place,
      columns: [...choices.map(({ benchmark }) => benchmark), ...(isWhole ? ["mean"] : [])].map((name) => ({ name, unit: "share" })),
      rows: [
        ...ownRows(models, (model) => [
          ...choices.map((choice) => results.cell(model, choice)),
          ...(isWhole ? [meanOfEight(results, model)] : []),
        ]),
        ...paperRows(paperUnseen.rows, (values) => [...places, ...(isWhole ? [atMean] : [])].map((place) => paper(values[place], "share"))),
      ],
    },
  ];
}

/** The same question with the system message as one, and at the start of the user's message. */
export function rolesTable(results: Results, models: readonly Model[], benchmarks: readonly string[]): ReportTable[] {
  const choices = benchmarks.flatMap((benchmark): [FigureChoice, FigureChoice][] => {
    const [system, user] = [results.mainFigure(benchmark, "system"), results.mainFigure(benchmark, "user")];
    return system === undefined || user === undefined ? [] : [[system, user]];
  });
  if (choices.length === 0) return [];
  const hasPaper = choices.some(([{ benchmark }]) => benchmark === "multifacet");
  return [
    {
      id: "roles",
      title: "System role, user role",
      about: "The message in a turn of its own, and at the start of the user's message.",
      paper: hasPaper ? paperRoles.place : null,
      columns: choices.flatMap(([{ benchmark }]) =>
        ["system", "user"].map((place) => ({ name: `${benchmark}, as ${place}`, unit: unitOf(results, benchmark) })),
      ),
      rows: [
        ...ownRows(models, (model) => choices.flatMap((pair) => pair.map((choice) => results.cell(model, choice)))),
        ...(hasPaper
          ? paperRows(paperRoles.rows, (values) =>
              choices.flatMap(([{ benchmark }]) => (benchmark === "multifacet" ? [paper(values[0]), paper(values[1])] : [null, null])),
            )
          : []),
      ],
    },
  ];
}

/** SysBench by how many of a session's first turns are satisfied. */
export function sysbenchTable(results: Results, models: readonly Model[]): ReportTable[] {
  const main = results.mainFigure("sysbench");
  if (main === undefined) return [];
  const rates = ["csr", "isr", "ssr"];
  const names = [...rates, "r1", "r2", "r3", "r4", "r5"];
  const choices = names.map((name): FigureChoice => ({ ...main, figure: name, value: ({ scores }) => scores[name] }));
  return [
    {
      id: "sysbench",
      title: "SysBench",
      about:
        "CSR, ISR and SSR in percent. R1 to R5 are shares of sessions whose first turns are all satisfied. The paper's are read as gains over its base, of a figure that it does not name, over 100 sessions.",
      paper: paperSysbench.place,
      columns: names.map((name) => ({ name: name.toUpperCase(), unit: "share" })),
      rows: [
        ...ownRows(models, (model) => choices.map((choice) => results.cell(model, choice))),
        ...paperRows(paperSysbench.rows, (values) => [
          ...rates.map(() => null),
          ...values.map((value): PaperCell => ({ kind: "paper", value: value / 100, isGain: true })),
        ]),
      ],
    },
  ];
}

export function unitOf(results: Results, benchmark: string): Unit {
  const main = (results.mainFigure(benchmark) ?? results.mainFigure(benchmark, "user"))?.figure;
  return results.figuresOf(benchmark).find(({ name }) => name === main)?.unit ?? "share";
}

export function ownRows(models: readonly Model[], cellsOf: (model: Model) => readonly ReportCell[]): ReportRow[] {
  return models.map((model) => ({ ...titleOf(model), isPaper: false, cells: cellsOf(model) }));
}

function titleOf({ student, variant }: Model): { readonly name: string; readonly detail: string } {
  return { name: student, detail: variants[variant].title };
}

function paperRows(
  rows: readonly { readonly student: string; readonly variant: VariantName; readonly values: readonly number[] }[],
  cellsOf: (values: readonly number[]) => readonly ReportCell[],
): ReportRow[] {
  return rows.map(({ values, ...model }) => ({ ...titleOf(model), isPaper: true, cells: cellsOf(values) }));
}

function paper(value: number | undefined, unit: Unit = "mark"): PaperCell {
  return { kind: "paper", value: value === undefined ? null : unit === "share" ? value / 100 : value };
}

function unseenChoices(results: Results): FigureChoice[] {
  return paperUnseen.columns.flatMap((benchmark) => results.mainFigure(benchmark) ?? []);
}

/**
 * The mean of the eight, if all are whole and of the published sets. The tasks' items are
 * independent, so the half widths of their intervals add as squares.
 */
function meanOfEight(results: Results, model: Model): ResultCell | null {
  const cells = unseenChoices(results).flatMap((choice) => results.cell(model, choice) ?? []);
  const whole = cells.flatMap(({ state, publishedItems, value, low, high }) =>
    state === "done" && publishedItems === null && value !== null ? [{ value, low, high }] : [],
  );
  if (whole.length < paperUnseen.columns.length) return null;
  const deltas = cells.flatMap(({ delta }) => delta ?? []);
  const items = sum(cells.map((cell) => cell.items));
  return {
    kind: "result",
    state: "done",
    ...meanWithInterval(whole),
    items,
    scored: items,
    of: items,
    publishedItems: null,
    unparsed: sum(cells.map(({ unparsed }) => unparsed)),
    cut: null,
    cause: null,
    delta: deltas.length < whole.length ? null : { ...meanWithInterval(deltas), items: sum(deltas.map((delta) => delta.items)) },
    seeds: [],
  };
}

function meanWithInterval(of: readonly { readonly value: number; readonly low: number | null; readonly high: number | null }[]): {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
} {
  const value = mean(of.map((each) => each.value));
  const halves = of.flatMap(({ low, high }) => (low === null || high === null ? [] : [(high - low) / 2]));
  if (halves.length < of.length) return { value, low: null, high: null };
  const half = Math.sqrt(sum(halves.map((each) => each ** 2))) / of.length;
  return { value, low: value - half, high: value + half };
}
