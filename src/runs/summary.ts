import { countRun, type RunCounts } from "./counts.ts";
import { hintsOf, type Hint } from "./hints.ts";
import { moneyOf, type Money } from "./money.ts";
import { runFiles } from "./run-files.ts";
import { runJudge, type RunJudge } from "./run-judge.ts";
import type { Run } from "./run.ts";
import { runTags } from "./manifest.ts";
import { tagShareHints, tagSharesOf, type TagShare } from "./tag-shares.ts";
import { tally, type Tally } from "./tally.ts";

/** The result of a run, for `--json`, run.json and the summary on the screen. */
export interface RunSummary extends RunCounts, Tally {
  readonly state: "finished" | "interrupted" | "stopped";
  /** Why the run stopped by itself, as a sentence. */
  readonly stoppedBy: string | undefined;
  /** Wanted shares of tags. Undefined if none is wanted. */
  readonly tagShares: readonly TagShare[] | undefined;
  /** Undefined if no verdict was calibrated. */
  readonly judge: RunJudge | undefined;
  readonly hints: readonly Hint[];
  /** Undefined if no price is known. */
  readonly money: Money | undefined;
  /** Time of this invocation. */
  readonly seconds: number;
  readonly files: { readonly dataset: string; readonly rejected: string; readonly manifest: string };
}

interface Ending {
  readonly state: RunSummary["state"];
  readonly stoppedBy: string | undefined;
  readonly elapsedMs: number;
}

export async function summarize(
  { folder, store, manifest }: Pick<Run, "folder" | "store" | "manifest">,
  { state, stoppedBy, elapsedMs }: Ending,
): Promise<RunSummary> {
  const files = runFiles(folder);
  const tallied = tally(store, runTags(manifest).names);
  const counts = countRun(store, tallied);
  const tagShares = tagSharesOf(manifest, tallied, counts.rows);
  return {
    state,
    stoppedBy,
    ...counts,
    ...tallied,
    tagShares: tagShares,
    judge: runJudge(manifest.calibration, tallied),
    hints: [...hintsOf(counts, tallied), ...tagShareHints(tagShares, counts.rows)],
    money: await moneyOf({ manifest, store }),
    seconds: Math.round(elapsedMs / 100) / 10,
    files: { dataset: files.dataset, rejected: files.rejected, manifest: files.manifest },
  };
}
