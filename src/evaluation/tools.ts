import type { Environment } from "../platform/environment.ts";
import type { Scored } from "./benchmarks/benchmark.ts";
import type { EvaluateConfig } from "./evaluate-config.ts";
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
   * @throws UsageError when the harness cannot ask this model, is not installed, or lacks data.
   */
  check(names: readonly string[], options: HarnessOptions): Promise<CheckedHarness>;
}

/** The harness, ready to ask the benchmarks that it was checked for. */
export interface CheckedHarness {
  /**
   * Runs a benchmark. One with a valid result in the folder is not run again. A benchmark that
   * fails is a record with its cause.
   */
  ask(name: string): Promise<{ readonly record: BenchmarkRecord; readonly scored?: readonly Scored[] }>;
}

export interface HarnessOptions {
  readonly config: EvaluateConfig;
  readonly about: EvaluateRecord["model"];
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onNotice: (text: string) => void;
}
