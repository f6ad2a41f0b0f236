import { countRun, type RunCounts } from "./counts.ts";
import { hintsOf, type Hint } from "./hints.ts";
import { runTags, type Manifest } from "./manifest.ts";
import { runJudge, type RunJudge } from "./run-judge.ts";
import type { Store } from "./store.ts";
import { tagShareHints, tagSharesOf, type TagShare } from "./tag-shares.ts";
import { tally, type Tally } from "./tally.ts";

/** How far a run came, and what its rows hold. */
export interface RunFigures extends RunCounts, Tally {
  /** Wanted shares of tags. Undefined if none is wanted. */
  readonly tagShares: readonly TagShare[] | undefined;
  /** Undefined if no verdict was calibrated yet. */
  readonly judge: RunJudge | undefined;
  readonly hints: readonly Hint[];
}

/** The figures of a run as they are now. */
export function runFigures({ manifest, store }: { readonly manifest: Manifest; readonly store: Store }): RunFigures {
  const tallied = tally(store, runTags(manifest).names);
  const counts = countRun({ store, manifest }, tallied);
  const tagShares = tagSharesOf(manifest, tallied, counts.rows);
  return {
    ...counts,
    ...tallied,
    tagShares,
    judge: runJudge(manifest.calibration, tallied),
    hints: [...hintsOf(counts, tallied), ...tagShareHints(tagShares, counts.rows)],
  };
}
