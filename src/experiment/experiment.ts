import type { ExperimentInput } from "./experiment-schema.ts";
import type { VariantName } from "./variants.ts";

export type SystemPlace = "system" | "user";

/** A student. */
export interface Student {
  /** As tables show it. It is unique in an experiment. */
  readonly name: string;
  readonly model: string;
  readonly run: string | undefined;
  readonly kdRun: string | undefined;
  /** The base as a GGUF file or a named model. Undefined where folders are asked. */
  readonly gguf: string | undefined;
  readonly systemRole: "system" | "first-user" | "template" | undefined;
}

/** A benchmark with its options. Undefined ones are the benchmark's own. */
export interface BenchmarkChoice {
  readonly on: string;
  readonly data: string | undefined;
  readonly limit: number | undefined;
  readonly shots: number | undefined;
  readonly judgeRuns: number | undefined;
  readonly systemAs: readonly SystemPlace[];
  /** Where it stands, such as `experiment.yaml:4`. */
  readonly place?: string;
}

/** An experiment with every default filled in. */
export interface Experiment {
  readonly name: string;
  readonly students: readonly Student[];
  readonly variants: readonly VariantName[];
  readonly benchmarks: readonly BenchmarkChoice[];
  readonly seeds: readonly number[];
  readonly train: NonNullable<ExperimentInput["train"]>;
  readonly evaluate: NonNullable<ExperimentInput["evaluate"]>;
  readonly judge: ExperimentInput["judge"];
  readonly prices?: ExperimentInput["prices"];
  readonly dataRoot: string | undefined;
  readonly python: string | undefined;
  readonly out: string;
}
