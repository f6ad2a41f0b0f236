import type { BenchmarkRecord } from "../../evaluation/evaluate-record.ts";
import { mean } from "../../statistics/sampling.ts";
import type { ItemScores } from "../cell-file.ts";
import type { CellStore } from "../cell-store.ts";
import type { SystemPlace } from "../experiment.ts";
import type { Planned, PlannedSubject } from "../plan.ts";
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
    const known = bySeed.flatMap(({ figure }) => (figure === null ? [] : [figure]));
    const worst = worstOf(seeds) ?? first;
    const isWhole = known.length === seeds.length;
    const estimate = isWhole && known.length > 1 ? meanOf(overSeeds(bySeed.map(({ values }) => values))) : (known[0] ?? null);
    return {
      kind: "result",
      state: worst.state,
      value: isWhole ? mean(known.map(({ value }) => value)) : null,
      low: isWhole ? (estimate?.low ?? null) : null,
      high: isWhole ? (estimate?.high ?? null) : null,
      // Figures that are no mean over items have no values of items.
      items: Math.min(...bySeed.map(({ values, record }) => values.size || (record?.items ?? 0))),
      of: first.record?.of ?? 0,
      cause: worst.cause,
      delta: isWhole && model.variant !== "base" ? this.difference(model, { ...model, variant: "base" }, choice).difference : null,
      seeds: bySeed.map(({ seed, state, figure }) => ({ seed, state, value: figure?.value ?? null })),
    };
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
  return { state: "missing", cause: file === undefined ? null : "its work was broken off" };
}

function figureOf(
  { record }: SeedResult,
  { figure: name }: FigureChoice,
): { readonly value: number; readonly low: number | null; readonly high: number | null } | null {
  const figure = record?.figures.find((each) => each.name === name);
  return figure === undefined || figure.value === null ? null : { value: figure.value, low: figure.low, high: figure.high };
}

function valuesOf({ items }: SeedResult, { value }: FigureChoice): ItemValues {
  return new Map(
    items.flatMap((item): [string, number][] => {
      const found = value(item);
      return found === null || found === undefined ? [] : [[item.id, found]];
    }),
  );
}
