import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError, messageOf } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";
import { checkData, type HarnessData } from "./data.ts";
import { checkEnvironment } from "./environment.ts";
import type { HarnessModel } from "./model.ts";
import { readResult } from "./read-result.ts";
import { requestFor, type HarnessMachine, type HarnessSettings } from "./request.ts";
import { checkHarnessServer } from "./server.ts";
import type { HarnessTask } from "./tasks.ts";

export interface HarnessPlan {
  readonly tasks: readonly HarnessTask[];
  readonly model: HarnessModel;
  readonly settings: (task: HarnessTask) => HarnessSettings;
  readonly python: string;
  /** The folder of the evaluation. Each benchmark has one of its own in it. */
  readonly out: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/** What was found before the first task. */
export interface HarnessReady {
  readonly machine: HarnessMachine;
  readonly data: ReadonlyMap<HarnessTask, HarnessData>;
}

/**
 * Checks all that can be known before an hour of work. Checked are the folder, Python and what is
 * installed there, task names, data, and what a server can do. Tasks whose result is there already
 * need none of it except the data.
 * @throws UsageError for the first thing that is missing.
 */
export async function checkBefore({ tasks, model, settings, python, out, env, signal }: HarnessPlan): Promise<HarnessReady> {
  await checkWritable(out);
  const ask = { python, env, folder: out, signal, loads: model.kind };
  const { versions } = await checkEnvironment([], ask);
  const data = new Map<HarnessTask, HarnessData>();
  const open: HarnessTask[] = [];
  for (const task of tasks) {
    const found = await checkData(task, settings(task).dataRoot, { env, signal });
    data.set(task, found);
    const { key } = await requestFor(task, model, settings(task), { versions, device: "cpu" }, found.sha256);
    if ((await readResult(join(out, task.name, "lm-eval", key), task)) === undefined) open.push(task);
  }
  if (open.length === 0) return { machine: { versions, device: "cpu" }, data };
  if (model.kind === "server") await checkHarnessServer(model, open, env);
  return { machine: await checkEnvironment(open, ask), data };
}

async function checkWritable(folder: string): Promise<void> {
  const probe = join(folder, ".write-check");
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw new UsageError(
      `Cannot write into ${folder} (${messageOf(error)}), and lm-eval would lose its results there. Choose another --out.`,
    );
  }
}
