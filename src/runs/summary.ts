import { moneyOf, type Money } from "./money.ts";
import { runFigures, type RunFigures } from "./run-figures.ts";
import { runFiles } from "./run-files.ts";
import type { Run } from "./run.ts";

/** The result of a run, for `--json`, run.json and the summary on the screen. */
export interface RunSummary extends RunFigures {
  readonly state: "finished" | "interrupted" | "stopped";
  /** Why the run stopped by itself, as a sentence. */
  readonly stoppedBy: string | undefined;
  /** Rows that wait for a reply. They are among no other count. Undefined if none does. */
  readonly waiting?: number;
  /** Undefined if no price is known. */
  readonly money: Money | undefined;
  /** Time of this invocation. */
  readonly seconds: number;
  readonly files: { readonly dataset: string; readonly rejected: string; readonly manifest: string };
}

interface Ending {
  readonly state: RunSummary["state"];
  readonly stoppedBy: string | undefined;
  readonly waiting: number;
  readonly elapsedMs: number;
}

export async function summarize(
  { folder, store, manifest }: Pick<Run, "folder" | "store" | "manifest">,
  { state, stoppedBy, waiting, elapsedMs }: Ending,
): Promise<RunSummary> {
  const files = runFiles(folder);
  return {
    state,
    stoppedBy,
    ...(waiting > 0 && { waiting }),
    ...runFigures({ manifest, store }),
    money: await moneyOf({ manifest, store }),
    seconds: Math.round(elapsedMs / 100) / 10,
    files: { dataset: files.dataset, rejected: files.rejected, manifest: files.manifest },
  };
}
