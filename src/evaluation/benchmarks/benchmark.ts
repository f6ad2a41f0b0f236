import type { HeldOut } from "../../exports/held-out.ts";
import type { ChatMessage, ModelReply } from "../../models/model.ts";
import type { StepContext } from "../../phases/step.ts";
import type { Environment } from "../../platform/environment.ts";
import type { Purpose } from "../../records/purpose.ts";

/** What a benchmark may ask while it takes one item. */
export interface Asker {
  /**
   * The evaluated model's answer to a conversation. Where the system message goes is the run's
   * choice (`--system-as`), so a benchmark gives it as a system message.
   * @param sample Number of the answer, where a benchmark wants several to one conversation.
   * Default 0.
   * @throws ModelError when no reply came.
   */
  answer(messages: readonly ChatMessage[], sample?: number): Promise<ModelReply>;
  /**
   * What is needed to ask the judge, with `Step` or `askQuestions`. Each call of the context counts
   * as the judge's.
   * @throws UsageError without a judge.
   */
  judging(purpose: Purpose): StepContext;
  /** How often each item is judged, at least once. Figures are means over these runs. */
  readonly judgeRuns: number;
}

/** What came of one item. */
export interface Scored {
  readonly id: string;
  /** What the item counts for in tables, such as its source. */
  readonly group?: string | undefined;
  /**
   * The item's values by figure. Null where a judge's reply could not be read. A figure of a
   * comparison is the mean of the items' values, so that two models can be compared item by item.
   */
  readonly scores: Readonly<Record<string, number | null>>;
  /** The answers, verdicts and reasons, for a person who looks. It is JSON. */
  readonly detail: unknown;
}

/** One item of a benchmark, ready to be taken. */
export interface Walk {
  readonly id: string;
  /** @throws ModelError when a call brought no reply. */
  readonly take: (ask: Asker) => Promise<Scored>;
}

/** A figure of a benchmark with its 95% interval. */
export interface Figure {
  /** Such as `prompt-strict`. */
  readonly name: string;
  /** In words, for a table's head. */
  readonly title: string;
  /** `share` is from 0 to 1, `mark` from 1 to 5. */
  readonly unit: "share" | "mark";
  /** Null if no item counts toward it. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Items that count toward it. */
  readonly items: number;
  /** Values that could not be read. They are not among the items. */
  readonly unparsed: number;
}

/** Where the items of a benchmark come from. */
export interface DataSource {
  readonly from: string;
  /** Of the rows as they were read. */
  readonly sha256: string;
  readonly licence?: string | undefined;
}

/** Rows of a run. */
export interface RunRows {
  /** The run directory. */
  readonly folder: string;
  /** The draw of rows that a training left out. Undefined means all rows. */
  readonly heldOut: HeldOut | undefined;
}

export interface LoadOptions {
  /** The user's own file of the benchmark's data. */
  readonly data: string | undefined;
  /** The rows that the benchmark `own` asks about. Undefined where no run is named. */
  readonly run: RunRows | undefined;
  /** Whether the judge of multifacet does not see the system message. */
  readonly hideSystem: boolean;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onNotice: (text: string) => void;
}

/** A benchmark whose data is read. */
export interface LoadedBenchmark {
  /** All items in the order of the data. */
  readonly walks: readonly Walk[];
  /** Where the items come from. */
  readonly data: DataSource;
  /**
   * The figures, the benchmark's own first.
   * @param options Of the bootstrap.
   */
  readonly figures: (scored: readonly Scored[], options: { readonly draws: number; readonly seed: number }) => readonly Figure[];
}

/** A benchmark that this program asks itself. `benchmarks/index.ts` has the table. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** Paper or repository. */
  readonly source: string;
  /** Who checks the answers. */
  readonly checkedBy: "code" | "judge";
  /** The figure that a table shows where it has room for one. */
  readonly mainFigure: string;
  /** Most tokens of an answer where the user says nothing, as in the reference. */
  readonly maxOutputTokens: number;
  /** What the judge is called for. */
  readonly purposes: readonly Purpose[];
  /** What the judge is asked about a fixed item, for its hash. */
  prompts?(): unknown;
  /** @throws UsageError when the data is not there or no data of this benchmark. */
  load(options: LoadOptions): Promise<LoadedBenchmark>;
}

/**
 * What the evaluated model is called for. Each benchmark has a purpose of its own, so that the
 * journal tells what each has cost.
 */
export function answerPurpose(benchmark: string): Purpose {
  return { name: `answer-${benchmark}`, rank: 0, tokenSetting: "--max-output-tokens" };
}
