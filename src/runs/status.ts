import { existsSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { tryLock } from "../file-lock.ts";
import { countRun, type RunCounts } from "./counts.ts";
import { readManifest } from "./manifest.ts";
import { runFiles } from "./run-files.ts";
import { Store } from "./store.ts";

/** How far a run came, read beside the process that may be at work in it. */
export interface RunStatus extends RunCounts {
  /** `running` while a process holds it; `broken-off` when one ended without a word (killed, power loss): the same command resumes. */
  readonly state: "running" | "finished" | "interrupted" | "stopped" | "broken-off";
}

/** @throws UsageError when the folder holds no run. */
export async function readRunStatus(folder: string): Promise<RunStatus> {
  const files = runFiles(folder);
  const manifest = await readManifest(files.manifest);
  if (manifest === undefined || !existsSync(files.store))
    throw new UsageError(`No run in ${folder}: expected run.json and journal.sqlite there. Give a run directory, such as runs/mine.`);
  const store = new Store(files.store, { readOnly: true });
  try {
    const state = manifest.state !== "running" ? manifest.state : isHeld(files.lock) ? "running" : "broken-off";
    return { state, ...countRun(store) };
  } finally {
    store.close();
  }
}

function isHeld(lock: string): boolean {
  using free = tryLock(lock);
  return free === undefined;
}
