import type { ModelChoice } from "../models/model-choice.ts";
import type { Environment } from "../platform/environment.ts";
import type { BenchmarkRecord, EvaluateRecord } from "./evaluate-record.ts";

/** Programs in Python that an evaluation uses, where it needs them. */
export interface EvaluateTools {
  /**
   * Serves a Hugging Face folder.
   * @throws UsageError when no server is installed, or when it did not come up.
   */
  readonly serveFolder: (options: ServeFolderOptions) => Promise<ServedFolder>;
  readonly harness: Harness;
}

export interface ServeFolderOptions {
  /** A Hugging Face folder with weights, tokenizer and chat template. */
  readonly folder: string;
  /** The user's own Python. Default that of `sysgen python install`. */
  readonly python?: string | undefined;
  readonly env: Environment;
  /** Ends the wait for a server that is starting. */
  readonly signal: AbortSignal;
  /** The file that the server's output is appended to. */
  readonly log: string;
  readonly onNotice: (text: string) => void;
}

/** A server of a Hugging Face folder that this process started. */
export interface ServedFolder {
  /** Such as `http://127.0.0.1:4711/v1`. */
  readonly baseUrl: string;
  /** The name that the server gives its model. */
  readonly model: string;
  readonly versions: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The benchmarks of lm-evaluation-harness. */
export interface Harness {
  readonly names: readonly string[];
  /**
   * Looks at what would go wrong, before anything is asked or paid.
   * @throws UsageError when the harness cannot ask this model, or is not installed.
   */
  check(names: readonly string[], options: HarnessTarget): Promise<void>;
  /**
   * Runs a benchmark and writes its items into the folder. One with a valid result there is not run
   * again. A benchmark that fails is a record with its cause.
   */
  ask(name: string, options: HarnessOptions): Promise<BenchmarkRecord>;
}

/** The model that the harness asks. */
export interface HarnessTarget {
  /** The user's name or path of the model, and what it is. */
  readonly model: string;
  readonly about: EvaluateRecord["model"];
  /** How a server's model is reached. */
  readonly choice: ModelChoice;
  readonly python?: string | undefined;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onNotice: (text: string) => void;
}

export interface HarnessOptions extends HarnessTarget {
  /** The folder of the benchmark's results. */
  readonly folder: string;
  /** A local root laid out like the hub, as `--data <name>=<folder>` gives it. */
  readonly data: string | undefined;
  readonly limit: number | undefined;
  readonly seed: number;
}
