import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { SysGenError, messageOf } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";
import { writeAtomically } from "../../platform/write-atomically.ts";
import { runTool, toolPath } from "../../python/run-tool.ts";
import type { Figure, Scored } from "../benchmarks/benchmark.ts";
import { failureOf, logName } from "./failure.ts";
import { figuresWith, itemsOf } from "./items.ts";
import type { HarnessModel } from "./model.ts";
import { isCut, progressIn, type HarnessProgress } from "./progress.ts";
import { readResult } from "./read-result.ts";
import { harnessEnvironment, requestFor, resultsPath, type HarnessMachine, type HarnessSettings } from "./request.ts";
import type { HarnessTask } from "./tasks.ts";

export interface TaskRun {
  readonly task: HarnessTask;
  readonly model: HarnessModel;
  readonly settings: HarnessSettings;
  readonly machine: HarnessMachine;
  /** Where the items come from. The hash is of a data root's files. */
  readonly data: { readonly from: string; readonly sha256?: string };
  /** The Python interpreter. */
  readonly python: string;
  /** The benchmark's own folder, such as `<out>/mmlu`. */
  readonly folder: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: HarnessProgress) => void;
  readonly onNotice: (text: string) => void;
}

/** What came of a task. */
export type TaskOutcome =
  | {
      /** `partial` if only some of the set's items were asked. */
      readonly state: "done" | "partial";
      readonly cause?: string;
      readonly items: number;
      /** Items of the whole set. */
      readonly of: number;
      readonly figures: readonly Figure[];
      readonly scored: readonly Scored[];
      readonly data: TaskRun["data"];
      readonly versions: Readonly<Record<string, string>>;
      readonly templateSha256?: string;
      readonly seconds: number;
      /** The result was there already. */
      readonly isKept: boolean;
    }
  | { readonly state: "failed" | "stopped"; readonly cause: string; readonly data: TaskRun["data"]; readonly seconds: number };

/** Time that the harness gets to end at Ctrl-C. Its answers are on disk as they come. */
const graceMs = 10_000;

/**
 * One task by one process of the harness, into `<folder>/lm-eval/<key>`. A task with a valid result
 * there is not run again. The answers of a run that was interrupted are used by the next one.
 */
export async function runHarnessTask(run: TaskRun): Promise<TaskOutcome> {
  const { task, model, settings, machine, data, python, env, signal, onNotice } = run;
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const request = await requestFor(task, model, settings, machine, data.sha256);
  const folder = join(run.folder, "lm-eval", request.key);
  const kept = await outcomeIn(folder, run);
  if (kept !== undefined) return { ...kept, seconds: 0, isKept: true };

  const answers = join(folder, "answers");
  await mkdir(folder, { recursive: true });
  const config = join(folder, "config.json");
  const places = { output_path: resultsPath(folder), use_cache: answers };
  await writeAtomically(config, [`${JSON.stringify({ ...request.config, ...places }, null, 2)}\n`]);
  let cut = 0;
  const end = await runTool({
    python,
    args: [toolPath("with_parent.py"), "lm_eval", "run", "--config", config],
    cwd: settings.dataRoot ?? folder,
    env: harnessEnvironment(env, task, model, settings, data.sha256),
    log: join(folder, logName),
    signal,
    graceMs,
    onLine: (line) => {
      const progress = progressIn(line);
      if (progress !== undefined) run.onProgress?.(progress);
      if (isCut(line)) cut++;
    },
  });
  const made = await outcomeIn(folder, run).catch((error: unknown) => {
    if (error instanceof SysGenError) return messageOf(error);
    throw error;
  });
  if (typeof made === "string") return { state: "failed", cause: made, data, seconds: seconds() };
  if (made === undefined) {
    if (signal.aborted) {
      const cause = `${task.title} was interrupted. Its answers so far are kept, and the same command goes on.`;
      return { state: "stopped", cause, data, seconds: seconds() };
    }
    return {
      state: "failed",
      cause: failureOf(end, { task, model, folder, dataRoot: settings.dataRoot, python }),
      data,
      seconds: seconds(),
    };
  }
  await rm(`${answers}_rank0.db`, { force: true });
  if (cut > 0)
    onNotice(
      `${task.title}: prompts were longer than the model's context and lost their beginning (${cut} warnings in ${join(folder, logName)}). Fewer examples (--shots) may fit.`,
    );
  return { ...made, seconds: seconds(), isKept: false };
}

type Made = Omit<Extract<TaskOutcome, { readonly figures: unknown }>, "seconds" | "isKept">;

/** @throws SysGenError when samples are missing beside a result. */
async function outcomeIn(folder: string, { task, settings, machine, data }: TaskRun): Promise<Made | undefined> {
  const result = await readResult(folder, task);
  if (result === undefined) return undefined;
  const { items, of, templateSha256 } = result;
  const scored = await itemsOf(folder, task, result);
  return {
    state: items < of ? "partial" : "done",
    ...(items < of ? { cause: settings.limit === undefined ? `${items} of ${of} items were asked` : `--limit ${settings.limit}` } : {}),
    items,
    of,
    figures: figuresWith(scored, result),
    scored,
    data,
    versions: { ...machine.versions, ...result.versions },
    ...(templateSha256 === undefined ? {} : { templateSha256 }),
  };
}
