import type { AnswerCounts } from "../records/answers.ts";
import { countRun, type RunCounts } from "./counts.ts";
import { openRun } from "./open-run.ts";
import { runFiles } from "./run-files.ts";
import { runJudge, type RunJudge } from "./run-judge.ts";
import { stateOf, type RunState } from "./run-state.ts";
import { tally } from "./tally.ts";

/** How far a run came, read beside the process that may be at work in it. */
export interface RunStatus extends RunCounts {
  /**
   * `running` while a process holds the run directory. `broken-off` when the last one ended without
   * a word (killed, power loss): the same command resumes the run.
   */
  readonly state: RunState;
  /** Undefined if no verdict was calibrated yet. */
  readonly judge: RunJudge | undefined;
  readonly answers: AnswerCounts;
}

/** @throws UsageError when the folder holds no run. */
export async function readRunStatus(folder: string): Promise<RunStatus> {
  await using run = await openRun(folder, "read");
  const { manifest, store } = run;
  const counts = tally(store);
  return {
    state: stateOf(manifest, runFiles(folder)),
    ...countRun(store),
    judge: runJudge(manifest.calibration, counts),
    answers: counts.answers,
  };
}
