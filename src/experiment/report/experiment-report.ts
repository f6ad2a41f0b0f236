import type { Difference } from "./compare.ts";

// What report.json holds. report.md, report.html and the terminal are made from it alone.

/** How far a result is. `missing` means that no work on it has begun, or that it was killed. */
export type ResultState = "done" | "partial" | "failed" | "stopped" | "missing";

/** One model's figure on one benchmark. */
export interface ResultCell {
  readonly kind: "result";
  readonly state: ResultState;
  /** The mean over seeds. Null if a seed has none. */
  readonly value: number | null;
  /** The 95% interval over items. */
  readonly low: number | null;
  readonly high: number | null;
  /** Items that count toward the figure. Of several seeds the fewest. */
  readonly items: number;
  /** Items of the benchmark that have scores, and items of its data. */
  readonly scored: number;
  readonly of: number;
  /** Items of the published set, where the data holds another number of them. */
  readonly publishedItems: number | null;
  /** Values of all seeds that could not be read. They do not count. */
  readonly unparsed: number;
  /**
   * Answers of all seeds that ended at the limit of tokens, beside the main figure of a benchmark.
   * Null where they are not counted.
   */
  readonly cut: number | null;
  readonly cause: string | null;
  /** Against the student as it is, over the items of both. */
  readonly delta: Difference | null;
  readonly seeds: readonly { readonly seed: number; readonly state: ResultState; readonly value: number | null }[];
}

/** A figure of the paper, in the unit of its column. */
export interface PaperCell {
  readonly kind: "paper";
  readonly value: number | null;
  /** Whether the figure is a gain over the base. */
  readonly isGain?: boolean;
}

/** A difference of two models. */
export interface DifferenceCell {
  readonly kind: "difference";
  /** The worse of both. */
  readonly state: ResultState;
  /** Null unless both models are done or partial. */
  readonly difference: Difference | null;
}

/** Null stands for what does not apply. */
export type ReportCell = ResultCell | PaperCell | DifferenceCell | null;

/** `share` is shown in percent, and `mark` is from 1 to 5. */
export type Unit = "share" | "mark";

export interface ReportTable {
  readonly id: string;
  readonly title: string;
  /** What is in it and what is to be kept in mind. */
  readonly about: string;
  /** Where the paper's figures stand in arXiv 2502.11330. Null if it has none. */
  readonly paper: string | null;
  readonly columns: readonly { readonly name: string; readonly unit: Unit }[];
  readonly rows: readonly ReportRow[];
}

export interface ReportRow {
  readonly name: string;
  readonly detail: string;
  /** Whether the row is the paper's. */
  readonly isPaper: boolean;
  /** The unit of the row's cells, in a table whose rows are figures. */
  readonly unit?: Unit;
  readonly cells: readonly ReportCell[];
}

/** One cell of the experiment, with what it took. */
export interface CellLine {
  readonly label: string;
  readonly hash: string;
  readonly state: ResultState;
  readonly cause: string | null;
  /** Of the clock, with what it took to start. */
  readonly seconds: number | null;
  /** Null where nothing is counted, as where lm-evaluation-harness asks. */
  readonly calls: number | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Answers that ended at the limit of tokens. */
  readonly cut: number | null;
  /** US dollars. Null if a price is not known. */
  readonly cost: number | null;
}

/** One training. */
export interface TrainingLine {
  readonly name: string;
  readonly state: ResultState;
  readonly rows: number | null;
  readonly heldOut: number | null;
  readonly steps: number | null;
  /** Mean loss of the probe rows before and after. */
  readonly lossBefore: number | null;
  readonly lossAfter: number | null;
  /** Of the steps, without loading. */
  readonly seconds: number | null;
}

export interface ExperimentReport {
  readonly format: "sysgen-experiment/1";
  readonly name: string;
  readonly madeAt: string;
  readonly sysgenVersion: string;
  readonly students: readonly string[];
  readonly variants: readonly string[];
  readonly benchmarks: readonly string[];
  readonly seeds: readonly number[];
  readonly judge: string | null;
  readonly tables: readonly ReportTable[];
  readonly training: readonly TrainingLine[];
  readonly cells: readonly CellLine[];
  /** What a reader must know before believing the tables. */
  readonly notes: readonly string[];
  /** What another needs to repeat it. Versions, hashes and settings by name. */
  readonly facts: readonly { readonly about: string; readonly name: string; readonly value: string }[];
}
