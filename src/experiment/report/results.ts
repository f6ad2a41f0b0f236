import type { Figure } from "../../evaluation/benchmarks/benchmark.ts";
import { fewestItems, likeness } from "../../evaluation/benchmarks/figures.ts";
import type { BenchmarkRecord } from "../../evaluation/evaluate-record.ts";
import { harnessTaskOf } from "../../evaluation/harness/tasks.ts";
import { mean, sum } from "../../statistics/sampling.ts";
import { wilson } from "../../statistics/wilson.ts";
import type { ItemScores } from "../cell-file.ts";
import type { CellStore } from "../cell-store.ts";
import type { SystemPlace } from "../experiment.ts";
import type { Planned, PlannedSubject } from "../plan.ts";
import { publishedItems } from "../published-items.ts";
import type { VariantName } from "../variants.ts";
import { difference, meanOf, overSeeds, type ItemValues } from "./compare.ts";
import type { DifferenceCell, ResultCell, ResultState } from "./experiment-report.ts";

/** What one seed of a model came to on a benchmark. */
interface SeedResult {
  readonly seed: number;
  readonly state: ResultState;
  readonly cause: string | null;
  readonly record: BenchmarkRecord | undefined;
  readonly items: readonly ItemScores[];
}

/** A model of the experiment over all its seeds. */
export interface Model {
  readonly student: string;
  readonly variant: VariantName;
}

/** A figure of a benchmark. */
export interface FigureChoice {
  readonly benchmark: string;
  readonly systemAs: SystemPlace;
  /** Its name in the benchmark's record. */
  readonly figure: string;
  /** What an item adds. Null or undefined if it does not count. */
  readonly value: (item: ItemScores) => number | null | undefined;
}

interface Entry extends Model {
  readonly benchmark: string;
  readonly systemAs: SystemPlace;
  readonly result: SeedResult;
}

/** Results of an experiment's cells, as tables ask for them. */
export class Results {
  readonly #entries: readonly Entry[];

  private constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  static async read(subjects: readonly PlannedSubject[], store: CellStore): Promise<Results> {
    const entries: Entry[] = [];
    for (const { student, variant, seed, training, evaluations } of subjects)
      for (const planned of evaluations) {
        const { benchmark, systemAs } = planned.cell;
        const record = planned.file?.evaluate?.benchmark;
        const items = record === undefined ? [] : await store.items(planned.identity.hash);
        const result = { seed, ...stateOf(planned, training), record, items };
        entries.push({ student: student.name, variant, benchmark: benchmark.on, systemAs, result });
      }
    return new Results(entries);
  }

  /** The figures that any model has of a benchmark. */
  figuresOf(benchmark: string): BenchmarkRecord["figures"] {
    const figures = this.#recordsOf(benchmark).flatMap((record) => record.figures.map((figure) => [figure.name, figure] as const));
    return [...new Map(figures).values()];
  }

  /**
   * The main figure of a benchmark. Undefined if the experiment does not ask for the benchmark.
   * Where all its cells failed, the figure has no name.
   */
  mainFigure(benchmark: string, systemAs: SystemPlace = "system"): FigureChoice | undefined {
    if (!this.#entries.some((entry) => entry.benchmark === benchmark && entry.systemAs === systemAs)) return undefined;
    const figure = this.#recordsOf(benchmark)[0]?.mainFigure ?? "";
    return { benchmark, systemAs, figure, value: ({ scores }) => scores[figure] };
  }

  #recordsOf(benchmark: string): BenchmarkRecord[] {
    return this.#entries.flatMap(({ benchmark: name, result: { record } }) => (name === benchmark && record !== undefined ? [record] : []));
  }

  #seedsOf({ student, variant }: Model, { benchmark, systemAs }: FigureChoice): SeedResult[] {
    const found = this.#entries.filter(
      (entry) => entry.student === student && entry.variant === variant && entry.benchmark === benchmark && entry.systemAs === systemAs,
    );
    return found.map(({ result }) => result);
  }

  /** A model's figure. Null if the experiment does not ask for it. */
  cell(model: Model, choice: FigureChoice): ResultCell | null {
    const seeds = this.#seedsOf(model, choice);
    const [first] = seeds;
    if (first === undefined) return null;
    const bySeed = seeds.map((result) => ({ ...result, values: valuesOf(result, choice), figure: figureOf(result, choice) }));
    const known = bySeed.flatMap(({ figure }) =>
      figure === undefined || figure.value === null ? [] : [{ ...figure, value: figure.value }],
    );
    const records = seeds.flatMap(({ record }) => record ?? []);
    const of = Math.max(0, ...records.map((record) => record.of));
    const worst = worstOf(seeds) ?? first;
    const isWhole = known.length === seeds.length;
    const interval = isWhole
      ? intervalOf(
          known,
          bySeed.map(({ values }) => values),
        )
      : noInterval;
    return {
      kind: "result",
      state: worst.state,
      value: isWhole ? mean(known.map(({ value }) => value)) : null,
      ...interval,
      items: Math.min(...bySeed.map(({ figure }) => figure?.items ?? 0)),
      scored: Math.min(...seeds.map(({ record }) => record?.items ?? 0)),
      of,
      publishedItems: otherThanPublished(choice.benchmark, of),
      unparsed: sum(bySeed.map(({ figure }) => figure?.unparsed ?? 0)),
      cut: this.#isMain(choice) ? cutOf(choice.benchmark, records) : null,
      cause: worst.cause,
      delta: isWhole && model.variant !== "base" ? this.difference(model, { ...model, variant: "base" }, choice).difference : null,
      seeds: bySeed.map(({ seed, state, figure }) => ({ seed, state, value: figure?.value ?? null })),
    };
  }

  #isMain({ benchmark, figure }: FigureChoice): boolean {
    return this.#recordsOf(benchmark)[0]?.mainFigure === figure;
  }

  /** One model less another. */
  difference(left: Model, right: Model, choice: FigureChoice): DifferenceCell {
    const { state } = worstOf([...this.#seedsOf(left, choice), ...this.#seedsOf(right, choice)]) ?? { state: "missing" };
    const [of, to] = [this.#itemsOf(left, choice), this.#itemsOf(right, choice)];
    const isKnown = (state === "done" || state === "partial") && of !== undefined && to !== undefined;
    return { kind: "difference", state, difference: isKnown ? difference(of, to) : null };
  }

  /** Undefined if a seed has no result, so that nothing is averaged over what is missing. */
  #itemsOf(model: Model, choice: FigureChoice): ItemValues | undefined {
    const bySeed = this.#seedsOf(model, choice).map((result) => valuesOf(result, choice));
    return bySeed.length === 0 || bySeed.some(({ size }) => size === 0) ? undefined : overSeeds(bySeed);
  }
}

/** How the cause begins of cells whose model was not trained. */
export const trainingFailed = "its training failed: ";

/** The worst first. */
const order: Readonly<Record<ResultState, number>> = { failed: 0, stopped: 1, missing: 2, partial: 3, done: 4 };

/** Of several results the one that is least far. Undefined if there is none. */
function worstOf(results: readonly SeedResult[]): SeedResult | undefined {
  return results.toSorted((left, right) => order[left.state] - order[right.state])[0];
}

/** How far a cell is. A cell of a model whose training failed failed with it. */
export function stateOf(
  { file }: Planned<unknown>,
  training?: Planned<unknown>,
): { readonly state: ResultState; readonly cause: string | null } {
  if (file !== undefined && file.state !== "begun") return { state: file.state, cause: file.cause ?? null };
  const trained = training?.file;
  if (trained?.state === "failed") return { state: "failed", cause: `${trainingFailed}${trained.cause ?? "no cause is known"}` };
  return { state: "missing", cause: file === undefined ? null : (file.cause ?? "its work was broken off") };
}

function figureOf({ record }: SeedResult, { figure: name }: FigureChoice): Figure | undefined {
  return record?.figures.find((each) => each.name === name);
}

/** Items of the published set of a benchmark. Null where its data has as many, or none is known. */
export function otherThanPublished(benchmark: string, of: number): number | null {
  const published = publishedItems[benchmark];
  return published === undefined || of === 0 || of === published ? null : published;
}

/**
 * Answers that ended at the limit of tokens. Null where lm-evaluation-harness asked, which does not
 * tell.
 */
export function cutOf(benchmark: string, records: readonly Pick<BenchmarkRecord, "cut">[]): number | null {
  return harnessTaskOf(benchmark) !== undefined || records.length === 0 ? null : sum(records.map(({ cut }) => cut ?? 0));
}

type Interval = Pick<Figure, "low" | "high">;

const noInterval: Interval = { low: null, high: null };

/**
 * The interval of a figure over its seeds. That of one seed is the record's own, unless it is of
 * few items or has no width, where earlier versions recorded more than can be told.
 */
function intervalOf(figures: readonly Figure[], values: readonly ItemValues[]): Interval {
  const [first, ...others] = figures;
  if (first === undefined) return noInterval;
  const { low, high, items, unit } = first;
  const isTold = items >= fewestItems && (low === null || high === null || high - low >= likeness);
  if (others.length === 0 && isTold) return { low, high };
  const together = overSeeds(values);
  if (together.size > 0) {
    const { low, high } = meanOf(together, unit);
    return { low, high };
  }
  // Figures that are no mean over items have no values of items.
  return others.length === 0 && unit === "share" && (items >= fewestItems || isWilson(first)) ? { low, high } : noInterval;
}

function isWilson({ value, low, items }: Figure): boolean {
  const estimate = value === null ? null : wilson(value * items, items);
  return estimate !== null && low !== null && Math.abs(estimate.low - low) < likeness;
}

function valuesOf({ items }: SeedResult, { value }: FigureChoice): ItemValues {
  return new Map(
    items.flatMap((item): [string, number][] => {
      const found = value(item);
      return found === null || found === undefined ? [] : [[item.id, found]];
    }),
  );
}
