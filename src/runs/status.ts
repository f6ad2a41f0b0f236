import { countRun, type RunCounts } from "./counts.ts";
import { hintsOf, type Hint } from "./hints.ts";
import { moneyOf, type Money } from "./money.ts";
import { openRun } from "./open-run.ts";
import { runFiles } from "./run-files.ts";
import { runJudge, type RunJudge } from "./run-judge.ts";
import { stateOf, type RunState } from "./run-state.ts";
import { runTags } from "./manifest.ts";
import { tagShareHints, tagSharesOf, type TagShare } from "./tag-shares.ts";
import { tally, type Tally } from "./tally.ts";

/** How far a run came, read beside the process that may be at work in it. */
export interface RunStatus extends RunCounts, Tally {
  /**
   * `running` while a process holds the run directory. `broken-off` when the last one ended without
   * a word (killed, power loss): the same command resumes the run.
   */
  readonly state: RunState;
  /** Wanted shares of tags. Undefined if none is wanted. */
  readonly tagShares: readonly TagShare[] | undefined;
  /** Undefined if no verdict was calibrated yet. */
  readonly judge: RunJudge | undefined;
  readonly hints: readonly Hint[];
  /** Undefined if no price is known. */
  readonly money: Money | undefined;
}

/** @throws UsageError when the folder holds no run. */
export async function readRunStatus(folder: string): Promise<RunStatus> {
  await using run = await openRun(folder, "read");
  const { manifest, store } = run;
  const tallied = tally(store, runTags(manifest).names);
  const counts = countRun(store, tallied);
  const tagShares = tagSharesOf(manifest, tallied, counts.rows);
  return {
    state: stateOf(manifest, runFiles(folder)),
    ...counts,
    ...tallied,
    tagShares: tagShares,
    judge: runJudge(manifest.calibration, tallied),
    hints: [...hintsOf(counts, tallied), ...tagShareHints(tagShares, counts.rows)],
    money: await moneyOf(run),
  };
}
