import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SysGenError } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";
import { readIfThere } from "../../platform/read-if-there.ts";
import { writeAtomically } from "../../platform/write-atomically.ts";
import { runTool, toolPath, type ToolEnd } from "../../python/run-tool.ts";
import { counted, thousands } from "../../texts/number-text.ts";
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
export type TaskOutcome = TaskMade | TaskUnmade;

export interface TaskMade {
  /** `partial` if only some of the set's items were asked. */
  readonly state: "done" | "partial";
  readonly cause?: string;
  readonly items: number;
  /** Items of the whole set. */
  readonly of: number;
  readonly figures: readonly Figure[];
  readonly scored: readonly Scored[];
  readonly versions: Readonly<Record<string, string>>;
  /** Of the process that made the result. */
  readonly seconds: number;
  /** The result was there already. */
  readonly isKept: boolean;
}

export interface TaskUnmade {
  readonly state: "failed" | "stopped";
  readonly cause: string;
  readonly seconds: number;
}

/** Time that the harness gets to end at Ctrl-C. Its answers are on disk as they come. */
const graceMs = 10_000;

/** Where a result's folder keeps the versions of what made it. */
const versionsName = "versions.json";

/**
 * One task by one process of the harness, into `<folder>/lm-eval/<key>`. A task with a valid result
 * there is not run again. The answers of a run that was interrupted are used by the next one.
 */
export async function runHarnessTask(run: TaskRun): Promise<TaskOutcome> {
  const { task, model, settings, machine, data, python, signal, onNotice } = run;
  const request = await requestFor(task, model, settings, machine, data.sha256);
  const folder = join(run.folder, "lm-eval", request.key);
  const kept = await outcomeIn(folder, run, true);
  if (kept !== undefined) return kept;

  const startedAt = performance.now();
  await mkdir(folder, { recursive: true });
  const answers = join(folder, "answers");
  const { end, cut } = await runProcess(run, folder, { ...request.config, output_path: resultsPath(folder), use_cache: answers });
  const made = await outcomeIn(folder, run, false);
  if (made === undefined) {
    const seconds = (performance.now() - startedAt) / 1000;
    if (!signal.aborted)
      return { state: "failed", cause: failureOf(end, { task, model, folder, dataRoot: settings.dataRoot, python }), seconds };
    return {
      state: "stopped",
      cause: `${task.title} was interrupted. Its answers so far are kept, and the same command goes on.`,
      seconds,
    };
  }
  await rm(`${answers}_rank0.db`, { force: true });
  if (cut > 0)
    onNotice(
      `${task.title}: prompts were longer than the model's context and lost their beginning (${cut} warnings in ${join(folder, logName)}). Fewer examples (--shots) may fit.`,
    );
  return made;
}

async function runProcess(
  { task, model, settings, machine, data, python, env, signal, onProgress }: TaskRun,
  folder: string,
  request: object,
): Promise<{ readonly end: ToolEnd; readonly cut: number }> {
  const config = join(folder, "config.json");
  await writeAtomically(config, [`${JSON.stringify(request, null, 2)}\n`]);
  await writeAtomically(join(folder, versionsName), [`${JSON.stringify(machine.versions)}\n`]);
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
      if (progress !== undefined) onProgress?.(progress);
      if (isCut(line)) cut++;
    },
  });
  return { end, cut };
}

/** What a folder's result says. Undefined without a valid result. */
async function outcomeIn(folder: string, { task, settings: { limit } }: TaskRun, isKept: boolean): Promise<TaskOutcome | undefined> {
  const result = await readResult(folder, task);
  if (result === undefined) return undefined;
  const { items, of, seconds, versions, templateSha256 } = result;
  let scored: readonly Scored[];
  try {
    scored = await itemsOf(folder, task, result);
  } catch (error) {
    if (error instanceof SysGenError) return { state: "failed", cause: error.message, seconds };
    throw error;
  }
  const limited = `--limit ${limit}: ${thousands(items)} of ${counted(of, "item")}.`;
  return {
    ...(items < of ? { state: "partial", cause: limited } : { state: "done" }),
    items,
    of,
    figures: figuresWith(scored, result),
    scored,
    versions: { ...(await madeBy(folder)), ...versions, ...(templateSha256 === undefined ? {} : { "chat-template": templateSha256 }) },
    seconds,
    isKept,
  };
}

const versionsSchema = z.record(z.string(), z.string());

async function madeBy(folder: string): Promise<Readonly<Record<string, string>>> {
  const text = await readIfThere(join(folder, versionsName));
  return text === undefined ? {} : versionsSchema.parse(JSON.parse(text));
}
