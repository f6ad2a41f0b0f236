import { batchStatus, type BatchStatus } from "./batches/batch-status.ts";
import { moneyOf, pricesOf, type Money } from "./money.ts";
import { openRun } from "./open-run.ts";
import { runFigures, type RunFigures } from "./run-figures.ts";
import { runFiles } from "./run-files.ts";
import { stateOf, type RunState } from "./run-state.ts";

/** How far a run came, read beside the process that may be at work in it. */
export interface RunStatus extends RunFigures {
  /**
   * `running` while a process holds the run directory. `broken-off` when the last one ended without
   * a word (killed, power loss): the same command resumes the run.
   */
  readonly state: RunState;
  /** Undefined if no price is known. */
  readonly money: Money | undefined;
  /** Undefined for a run that never had a batch. */
  readonly batches: BatchStatus | undefined;
}

/** @throws UsageError when the folder holds no run. */
export async function readRunStatus(folder: string): Promise<RunStatus> {
  await using run = await openRun(folder, "read");
  return {
    state: stateOf(run.manifest, runFiles(folder)),
    ...runFigures(run),
    money: await moneyOf(run),
    batches: batchStatus(run.store, await pricesOf(run.manifest)),
  };
}
