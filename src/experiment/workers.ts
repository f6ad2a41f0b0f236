import type { BenchmarkChoice, Student, SystemPlace } from "./experiment.ts";
import type { OwnInputs } from "./identity.ts";
import type { TrainedVariant } from "./variants.ts";

/** One training. It writes train.json and the trained model into `out`. */
export interface TrainTask {
  readonly student: Student;
  readonly run: string;
  /** Another run, whose rows are the only ones that are trained on. */
  readonly sameRowsAs: string | undefined;
  readonly variant: TrainedVariant;
  readonly seed: number;
  readonly out: string;
}

/**
 * One model on benchmarks, in one go, because starting a model costs more than many an item. It
 * writes evaluate.json, and `<benchmark>/items.jsonl` for each, into `out`.
 */
export interface EvaluateTask {
  readonly student: Student;
  /** The trained model's folder, or the student as it is. */
  readonly model: string;
  readonly run: string | undefined;
  readonly benchmarks: readonly BenchmarkChoice[];
  readonly systemAs: SystemPlace;
  readonly out: string;
}

export interface WorkHooks {
  readonly signal: AbortSignal;
  /** A notice to the user. */
  readonly say: (text: string) => void;
  /** What is under way, such as `step 3 of 24`. */
  readonly onProgress: (words: string) => void;
}

/**
 * Who trains and evaluates. Both go on where an earlier call with the same `out` was stopped or
 * killed, and pay nothing twice. Both may throw, or write a record that says what failed.
 */
export interface Workers extends OwnInputs {
  /** @throws UsageError when there is no Python for work that needs it. */
  checkPython(): void;
  train(task: TrainTask, hooks: WorkHooks): Promise<unknown>;
  /** @returns Why the budget allows no further call. Undefined where it does. */
  evaluate(task: EvaluateTask, hooks: WorkHooks): Promise<string | undefined>;
}
