import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { benchmarks } from "../evaluation/benchmarks/index.ts";
import type { LoadOptions } from "../evaluation/benchmarks/benchmark.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { resolveEvaluateConfig } from "../evaluation/evaluate-config.ts";
import { loadBenchmarks } from "../evaluation/load-benchmarks.ts";
import { harnessTaskOf } from "../evaluation/harness/tasks.ts";
import type { RunObserver } from "../execution/observer.ts";
import { promptHash } from "../phases/prompts/hashes.ts";
import type { Environment } from "../platform/environment.ts";
import { findPython } from "../python/find-python.ts";
import { thousands } from "../texts/number-text.ts";
import { baseFolder } from "../training/base-folder.ts";
import { train } from "../training/train.ts";
import { readTrainRecord } from "../training/train-record.ts";
import { roleOfBase } from "./cells.ts";
import type { Experiment } from "./experiment.ts";
import { spentBeside } from "./spent-beside.ts";
import type { EvaluateTask, WorkHooks, Workers } from "./workers.ts";

/** Most data is read sooner, and nothing is said of it. */
const tellAfterMs = 1_000;

/** How the wait for data of the hub is told, and ended. */
export type Reading = Pick<LoadOptions, "signal" | "onNotice">;

/** Trains and evaluates as `sysgen train` and `sysgen evaluate` do. */
export function ownWorkers(experiment: Experiment, env: Environment, reading: Reading): Workers {
  const { python, dataRoot } = experiment;
  return {
    benchmarkPrompts(name) {
      const prompts = benchmarks.find((benchmark) => benchmark.name === name)?.prompts?.();
      return prompts === undefined ? undefined : promptHash(prompts);
    },
    checkedBy: (name) =>
      harnessTaskOf(name) === undefined ? (benchmarks.find((benchmark) => benchmark.name === name)?.checkedBy ?? "code") : "harness",
    dataOf({ on, data }) {
      const task = harnessTaskOf(on);
      return data ?? (task && dataRoot && join(dataRoot, task.dataset));
    },
    async readItems(choice, folder) {
      const benchmark = benchmarks.find(({ name }) => name === choice.on);
      if (benchmark === undefined) return undefined;
      const { heldOut: share, splitSeed: seed } = experiment.train;
      const { limit, data } = choice;
      const config = { limit, data: data === undefined ? {} : { [choice.on]: data }, hideSystem: experiment.evaluate.hideSystem ?? false };
      const run = folder === undefined ? undefined : { folder, heldOut: { share, seed } };
      const telling = setTimeout(() => reading.onNotice(`Reading the data of ${choice.on}`), tellAfterMs);
      try {
        const [read] = await loadBenchmarks([benchmark], config, { run, env, ...reading });
        return read?.loaded.data.sha256;
      } finally {
        clearTimeout(telling);
      }
    },
    checkPython: () => void findPython({ named: python, env }),
    train: ({ student, run, sameRowsAs, variant, seed, out }, { signal, say, onProgress }) =>
      train(
        {
          ...experiment.train,
          model: student.model,
          ...(student.systemRole !== undefined && { systemRole: student.systemRole }),
          ...(student.gguf !== undefined && { gguf: student.gguf }),
          ...(sameRowsAs !== undefined && { sameRowsAs: [sameRowsAs] }),
          ...(python !== undefined && { python }),
          run,
          variant,
          seed,
          out,
        },
        {
          env,
          signal,
          onNotice: say,
          onEvent: (event) => event.kind === "step" && onProgress(`step ${thousands(event.step)} of ${thousands(event.of)}`),
        },
      ),
    async evaluate(task, hooks) {
      const { prices } = experiment;
      const config = resolveEvaluateConfig(await targetOf(task, hooks), evaluateOptions(task, experiment), { prices });
      const isLimited = Object.values(config.budget).some((limit) => limit !== undefined);
      const spentElsewhere = isLimited ? await spentBeside(task.out, experiment.out, config) : config.spentElsewhere;
      const { state, stoppedBy } = await evaluate(
        { ...config, isLimitExact: true, spentElsewhere },
        { env, signal: hooks.signal, observer: observerOf(hooks) },
      );
      return state === "stopped" ? stoppedBy : undefined;
    },
  };

  /**
   * What is evaluated. It is the model's GGUF where the student has one and the benchmark can be
   * asked in process, else a folder. Weights of a GGUF file are a folder in the cache, as they are
   * trained.
   */
  async function targetOf({ student, model, benchmarks }: EvaluateTask, { signal, say: onNotice }: WorkHooks): Promise<string> {
    const isBase = model === student.model;
    if (student.gguf !== undefined && !isOfHarness(benchmarks)) {
      if (isBase) return student.gguf;
      const written = (await readTrainRecord(model))?.gguf;
      if (written === undefined) throw new UsageError(`${model} has no GGUF. Delete the folder, and it is trained again.`);
      return join(model, written);
    }
    return baseFolder(model, { python: findPython({ named: python, env }), env, signal, onNotice });
  }
}

function isOfHarness(benchmarks: EvaluateTask["benchmarks"]): boolean {
  return benchmarks.some(({ on }) => harnessTaskOf(on) !== undefined);
}

/** The options of `sysgen evaluate` that a task comes to. */
export function evaluateOptions(
  { student, model, benchmarks, systemAs, run, out }: EvaluateTask,
  { evaluate: settings, train, judge, python, dataRoot }: Pick<Experiment, "evaluate" | "train" | "judge" | "python" | "dataRoot">,
) {
  const [first] = benchmarks;
  const systemRole = model === student.model && !isOfHarness(benchmarks) ? roleOfBase(student, systemAs) : undefined;
  const data = Object.fromEntries(benchmarks.flatMap(({ on, data }) => (data === undefined ? [] : [[on, data]])));
  return {
    ...settings,
    on: benchmarks.map(({ on }) => on),
    out,
    data,
    systemAs,
    ...(systemRole !== undefined && { systemRole }),
    ...(benchmarks.some(({ on }) => on === "own") && { run, heldOut: train.heldOut, splitSeed: train.splitSeed }),
    ...(first?.limit !== undefined && { limit: first.limit }),
    ...(first?.judgeRuns !== undefined && { judgeRuns: first.judgeRuns }),
    ...(judge !== undefined && {
      judgeModel: judge.model,
      ...(judge.baseUrl !== undefined && { judgeBaseUrl: judge.baseUrl }),
      ...(judge.apiKeyEnv !== undefined && { judgeApiKeyEnv: judge.apiKeyEnv }),
      ...(judge.headers !== undefined && { judgeHeaders: judge.headers }),
      ...(judge.request !== undefined && { judgeRequest: judge.request }),
    }),
    shots: Object.fromEntries(benchmarks.flatMap(({ on, shots }) => (shots === undefined ? [] : [[on, shots]]))),
    ...(dataRoot !== undefined && { dataRoot }),
    ...(python !== undefined && { python }),
  };
}

function observerOf({ say, onProgress }: WorkHooks): RunObserver {
  let [answered, of] = [0, 0];
  return {
    onNotice: say,
    onStart: (start) => void start.countRows().then((rows) => (of = rows ?? 0)),
    onRow: () => onProgress(`item ${thousands(++answered)} of ${thousands(of)}`),
  };
}
