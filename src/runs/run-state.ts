import { isLocked } from "../platform/file-lock.ts";
import type { Manifest } from "./manifest.ts";
import type { RunFiles } from "./run-files.ts";

/**
 * `running` while a process is at work in the run directory, `broken-off` when the last one ended
 * without saying so in run.json (killed, power loss). The same command resumes a run of either
 * kind.
 */
export type RunState = Manifest["state"] | "broken-off";

/** The state of a run. Looks at the run's lock where run.json says `running`. */
export function stateOf({ state }: Manifest, { lock }: RunFiles): RunState {
  if (state !== "running") return state;
  return isLocked(lock) ? "running" : "broken-off";
}
