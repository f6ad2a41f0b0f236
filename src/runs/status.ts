import { tryLock } from "../platform/file-lock.ts";
import { countRun, type RunCounts } from "./counts.ts";
import { openStore } from "./open-run.ts";
import { runFiles } from "./run-files.ts";

/** How far a run came, read beside the process that may be at work in it. */
export interface RunStatus extends RunCounts {
  /** `running` while a process holds it; `broken-off` when one ended without a word (killed, power loss): the same command resumes. */
  readonly state: "running" | "finished" | "interrupted" | "stopped" | "broken-off";
}

/** @throws UsageError when the folder holds no run. */
export async function readRunStatus(folder: string): Promise<RunStatus> {
  const { manifest, store } = await openStore(folder);
  try {
    const state = manifest.state !== "running" ? manifest.state : isHeld(runFiles(folder).lock) ? "running" : "broken-off";
    return { state, ...countRun(store) };
  } finally {
    store.close();
  }
}

function isHeld(lock: string): boolean {
  using free = tryLock(lock);
  return free === undefined;
}
