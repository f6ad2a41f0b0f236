import { countRun, type RunCounts } from "./counts.ts";
import { runFiles } from "./run-files.ts";
import type { Store } from "./store.ts";
import { tally, type Tally } from "./tally.ts";

/** The result of a run, for `--json`, run.json and the summary on the screen. */
export interface RunSummary extends RunCounts, Tally {
  readonly state: "finished" | "interrupted" | "stopped";
  /** Why the run stopped by itself, as a sentence. */
  readonly stoppedBy: string | undefined;
  /** Time of this invocation. */
  readonly seconds: number;
  readonly files: { readonly dataset: string; readonly rejected: string; readonly manifest: string };
}

interface Ending {
  readonly state: RunSummary["state"];
  readonly stoppedBy: string | undefined;
  readonly elapsedMs: number;
}

export function summarize(folder: string, store: Store, { state, stoppedBy, elapsedMs }: Ending): RunSummary {
  const { dataset, rejected, manifest } = runFiles(folder);
  return {
    state,
    stoppedBy,
    ...countRun(store),
    ...tally(store),
    seconds: Math.round(elapsedMs / 100) / 10,
    files: { dataset, rejected, manifest },
  };
}
