import { join, resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import { findPython } from "../../python/find-python.ts";
import type { EvaluateConfig } from "../evaluate-config.ts";
import type { BenchmarkRecord } from "../evaluate-record.ts";
import type { Harness, HarnessOptions } from "../tools.ts";
import { checkBefore } from "./check-before.ts";
import type { HarnessData } from "./data.ts";
import type { HarnessModel } from "./model.ts";
import { tellProgress } from "./progress.ts";
import type { HarnessSettings } from "./request.ts";
import { runHarnessTask, type TaskOutcome } from "./run-task.ts";
import { harnessSubstitutes, harnessTaskOf, harnessTasks, type HarnessTask } from "./tasks.ts";

/** lm-evaluation-harness as `sysgen evaluate` uses it. */
export const harness: Harness = {
  names: [...harnessTasks, ...harnessSubstitutes].map(({ name }) => name),
  async check(names, options) {
    const { config, env, signal, onNotice } = options;
    const tasks = names.flatMap((name) => harnessTaskOf(name) ?? []);
    const model = modelOf(tasks, options);
    const settings = settingsOf(tasks, config);
    const python = findPython({ named: config.python, env });
    const out = resolve(config.out);
    const { machine, data } = await checkBefore({ tasks, model, settings, python, out, env, signal });
    return {
      async ask(name) {
        const task = tasks.find((each) => each.name === name);
        const found = task && data.get(task);
        if (task === undefined || found === undefined) throw new RangeError(`${name} was not checked`);
        const progress = tellProgress(task.title, onNotice);
        const outcome = await runHarnessTask({
          task,
          model,
          settings: settings(task),
          machine,
          data: found,
          python,
          folder: join(out, name),
          env,
          signal,
          onProgress: progress.at,
          onNotice,
        });
        if ("isKept" in outcome && outcome.isKept) onNotice(`${task.title} has a result already, which is kept.`);
        const calls = model.kind === "server" ? progress.done() : 0;
        return { record: recordOf(task, outcome, found, calls), ...("scored" in outcome ? { scored: outcome.scored } : {}) };
      },
    };
  },
};

/** @throws UsageError for a model or an option that the harness cannot obey. */
function modelOf(tasks: readonly HarnessTask[], { config, about, env, onNotice }: HarnessOptions): HarnessModel {
  const { model, target, budget, temperature, maxOutputTokens, systemAs, tokenizer } = config;
  const names = tasks.map(({ name }) => name).join(", ");
  if (about.kind === "embedded")
    throw new UsageError(
      `${names} are asked by lm-evaluation-harness, which loads a Hugging Face folder or asks a server of --base-url. ${model} runs in process. Give the folder that its weights come from.`,
    );
  if (temperature !== 0 || maxOutputTokens !== undefined || systemAs === "user")
    onNotice(
      `${names}: lm-evaluation-harness asks and samples as each task defines it, so --temperature, --max-output-tokens and --system-as do not hold there.`,
    );
  if (about.kind === "folder") return { kind: "folder", folder: resolve(model), content: `${about.weights ?? ""} ${about.template ?? ""}` };
  const [baseUrl = "", ...others] = target.baseUrls;
  if (Object.values(budget).some((limit) => limit !== undefined))
    throw new UsageError(
      `${names}: lm-evaluation-harness makes its own calls to a server, which --max-calls, --max-tokens and --max-cost cannot end. Leave the limit out, or ask these benchmarks by a command of their own.`,
    );
  if (Object.keys(target.headers).length > 0 || target.request !== undefined)
    throw new UsageError(`${names}: lm-evaluation-harness sends no further headers or fields (--header, --request).`);
  if (others.length > 0) onNotice(`${names}: lm-evaluation-harness asks one server, ${baseUrl}.`);
  return { kind: "server", baseUrl, model, apiKey: env[target.apiKeyEnv]?.trim() || undefined, tokenizer };
}

/** @throws UsageError for examples of a task that is not asked, or takes none. */
function settingsOf(tasks: readonly HarnessTask[], config: EvaluateConfig): (task: HarnessTask) => HarnessSettings {
  const { shots, limit, seed = 0, dataRoot, data, target } = config;
  for (const [name, number] of Object.entries(shots)) {
    const task = tasks.find((each) => each.name === name);
    if (task === undefined && name !== "all")
      throw new UsageError(`--shots ${name}=${number}: ${name} is not among the tasks of the harness that --on names.`);
    if (task?.isZeroShot === true && number > 0)
      throw new UsageError(`--shots ${name}=${number}: the harness asks ${name} without examples.`);
  }
  return (task) => {
    const root = data[task.name] ?? dataRoot;
    return {
      shots: task.isZeroShot === true ? 0 : (shots[task.name] ?? shots["all"]),
      limit,
      seed,
      dataRoot: root === undefined ? undefined : resolve(root),
      concurrency: target.concurrency ?? 8,
      timeoutMs: target.timeoutMs,
    };
  };
}

function recordOf({ figures: [main] }: HarnessTask, outcome: TaskOutcome, data: HarnessData, calls: number): BenchmarkRecord {
  const { state, cause } = outcome;
  const common = {
    state,
    ...(cause === undefined ? {} : { cause }),
    mainFigure: main.name,
    data,
    seconds: Math.round(outcome.seconds * 10) / 10,
    calls,
    tokens: { prompt: 0, completion: 0 },
  };
  if (!("figures" in outcome)) return { ...common, items: 0, of: 0, figures: [] };
  const { items, of, figures, versions } = outcome;
  return { ...common, items, of, figures, versions };
}
