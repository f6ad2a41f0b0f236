import { join } from "node:path";
import { freeMemory } from "../models/embedded/free-memory.ts";
import type { Environment } from "../platform/environment.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { runTool, toolPath } from "../python/run-tool.ts";
import { toolEvent, type Failure, type ToolEvent } from "./events.ts";
import { whyFailed } from "./why-failed.ts";

export interface TrainingTool {
  readonly python: string;
  /** Such as `train.py`. */
  readonly name: string;
  readonly settings: object;
  /** The folder for its settings and its output, `train.log`. */
  readonly folder: string;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: ToolEvent) => void;
}

export type TrainingToolEnd = { readonly state: "done" | "stopped" } | { readonly state: "failed"; readonly cause: string };

/** Time that a tool has to save after it was interrupted. A step on a CPU may take a minute. */
const graceMs = 600_000;

/**
 * Runs a Python tool of this room to its end, with settings in a file and events by their schema.
 */
export async function runTrainingTool({ python, name, settings, folder, env, signal, onEvent }: TrainingTool): Promise<TrainingToolEnd> {
  const path = join(folder, `${name}.settings.json`);
  const log = join(folder, "train.log");
  await writeAtomically(path, [`${JSON.stringify(settings, null, 2)}\n`]);
  let failure: Failure | undefined;
  const take = (event: unknown): void => {
    const known = toolEvent.safeParse(event);
    if (!known.success) return;
    if (known.data.kind === "failed") failure = known.data;
    onEvent(known.data);
  };
  const end = await runTool({ python, args: [toolPath(name), path], cwd: folder, env, log, onEvent: take, signal, graceMs }).catch(
    (error: unknown) => {
      if (signal?.aborted) return undefined;
      throw error;
    },
  );
  if (end === undefined || (signal?.aborted && end.code !== 0)) return { state: "stopped" };
  if (end.code === 0) return { state: "done" };
  return { state: "failed", cause: whyFailed({ failure, end, log, freeBytes: freeMemory() }) };
}
