import { countRun, type RunCounts } from "./counts.ts";
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
  const counts = tally(store);
  return {
    state,
    stoppedBy,
    ...countRun(store),
    ...counts,
    judge: runJudge(calibration, counts),
    seconds: Math.round(elapsedMs / 100) / 10,
    files: { dataset, rejected, manifest },
  };
}
