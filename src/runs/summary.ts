import { countRun, type RunCounts } from "./counts.ts";
import { hintsOf, type Hint } from "./hints.ts";
import { runFiles } from "./run-files.ts";
import { runJudge, type RunJudge } from "./run-judge.ts";
import type { Run } from "./run.ts";
import { tally, type Tally } from "./tally.ts";

/** The result of a run, for `--json`, run.json and the summary on the screen. */
export interface RunSummary extends RunCounts, Tally {
  readonly state: "finished" | "interrupted" | "stopped";
  /** Why the run stopped by itself, as a sentence. */
  readonly stoppedBy: string | undefined;
  /** Undefined if no verdict was calibrated. */
  readonly judge: RunJudge | undefined;
  readonly hints: readonly Hint[];
  /** Time of this invocation. */
  readonly seconds: number;
  readonly files: { readonly dataset: string; readonly rejected: string; readonly manifest: string };
}

interface Ending {
  readonly state: RunSummary["state"];
  readonly stoppedBy: string | undefined;
  readonly elapsedMs: number;
}

export function summarize(
  { folder, store, calibration }: Pick<Run, "folder" | "store" | "calibration">,
  { state, stoppedBy, elapsedMs }: Ending,
): RunSummary {
  const { dataset, rejected, manifest } = runFiles(folder);
  const tallied = tally(store);
  const counts = countRun(store, tallied);
  return {
    state,
    stoppedBy,
    ...counts,
    ...tallied,
    judge: runJudge(calibration, tallied),
    hints: hintsOf(counts.rows, tallied),
    seconds: Math.round(elapsedMs / 100) / 10,
    files: { dataset, rejected, manifest },
  };
}
