import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../errors.ts";
import type { RunOptions } from "../execution/observer.ts";
import { RunStop } from "../execution/run-stop.ts";
import { backendOf } from "../models/index.ts";
import type { Environment } from "../platform/environment.ts";
import { withFree } from "../models/spending/prices.ts";
import { packageVersion } from "../platform/version.ts";
import { percent, thousands } from "../texts/number-text.ts";
import { askBenchmarks, type AskBenchmarksOptions } from "./ask-benchmarks.ts";
import type { RunRows } from "./benchmarks/benchmark.ts";
import type { EvaluateConfig } from "./evaluate-config.ts";
import type { EvaluateRecord } from "./evaluate-record.ts";
import { EvaluationFolder, type EvaluationIdentity } from "./evaluation-folder.ts";
import { chooseBenchmarks, loadBenchmarks, type ToAsk } from "./load-benchmarks.ts";
import { findTarget } from "./targets/target.ts";
import type { TrainedModel } from "./targets/trained-model.ts";
import { pythonTools } from "./python-tools.ts";
import type { EvaluateTools } from "./tools.ts";

/** What an evaluation found, and how it ended. */
export interface EvaluateSummary extends EvaluateRecord {
  readonly out: string;
  /** The benchmarks that this command was to ask. */
  readonly on: readonly string[];
  readonly state: "finished" | "interrupted" | "stopped";
  /** Why it stopped, such as which limit is reached. */
  readonly stoppedBy: string | undefined;
  /** Time of this invocation. */
  readonly seconds: number;
}

/**
 * Has a model answer benchmarks, checks the answers and writes `evaluate.json`. Calls are in the
 * journal of the folder, so that the same command again pays nothing twice, and a benchmark that is
 * done is not asked again.
 * @throws UsageError for bad configuration, when another process is at work in the folder, and when
 * a server refuses every call. What was paid and what is done by then is kept.
 */
export async function evaluate(
  config: EvaluateConfig,
  options: RunOptions = {},
  tools: Partial<EvaluateTools> = {},
): Promise<EvaluateSummary> {
  const started = performance.now();
  using stop = new RunStop(options.signal);
  const { env = process.env, observer = {} } = options;
  const onNotice = (text: string): void => observer.onNotice?.(text);
  const { serveFolder, harness: tasks } = { ...pythonTools, ...tools };
  const chosen = chooseBenchmarks(config, tasks.names);
  const target = await findTarget(config, stop.rows);
  const { about } = target;
  const run = runRowsOf(config, target.trained, onNotice);
  const toAsk = await loadBenchmarks(chosen.own, config, { run, env, signal: stop.rows, onNotice });
  const judge = toAsk.some(({ benchmark }) => benchmark.checkedBy === "judge") ? config.judge : undefined;
  await using folder = await EvaluationFolder.open(config.out, await identityOf({ ...config, judge }, about, env));
  for (const each of toAsk) refuseOtherItems(each, folder);
  const asking = { config, about, env, signal: stop.rows, onNotice };
  const harness = chosen.harness.length === 0 ? undefined : await tasks.check(chosen.harness, asking);
  const left = toAsk.filter((each) => !isDone(each, folder, config, onNotice));
  if (left.length > 0) await askServed(left, { config, about, folder, stop, run: options, serve: serveFolder });
  if (stop.fatal)
    throw new UsageError(
      `The evaluation stopped: ${stop.fatal.message}. What was paid is kept in ${config.out}: mend this and run the same command again.`,
      { cause: stop.fatal },
    );
  for (const name of stop.rows.aborted ? [] : chosen.harness) {
    const found = await harness?.ask(name);
    const before = folder.recordOf(name);
    // Figures of an earlier command are not written over by an interruption.
    const isLess = found?.record.state === "stopped" && (before?.items ?? 0) > 0;
    if (found === undefined || isLess) continue;
    if (before !== undefined && before.items > 0 && !isDeepStrictEqual(before.figures, found.record.figures))
      onNotice(
        `${name}: the figures of an earlier command, over ${thousands(before.items)} items, make way for these. Its files stay in ${join(config.out, name, "lm-eval")}.`,
      );
    await folder.put(name, found.record, found.scored);
  }
  return {
    ...folder.record,
    out: config.out,
    on: config.on,
    state: stop.state,
    stoppedBy: stop.why,
    seconds: Math.round((performance.now() - started) / 100) / 10,
  };
}

/** The rows of the benchmark `own`. Those of the model's training, where the user names none. */
function runRowsOf(
  { run, heldOut: share, splitSeed }: EvaluateConfig,
  trained: TrainedModel | undefined,
  onNotice: (text: string) => void,
): RunRows | undefined {
  const folder = run ?? trained?.run.folder;
  if (folder === undefined) return undefined;
  const ofTraining = trained !== undefined && trained.heldOut.share > 0 ? trained.heldOut : undefined;
  const heldOut = share === undefined ? ofTraining : { share, seed: splitSeed ?? ofTraining?.seed ?? 0 };
  if (ofTraining !== undefined && heldOut !== undefined && (heldOut.share > ofTraining.share || heldOut.seed !== ofTraining.seed))
    onNotice(
      `own: the model was trained with ${percent(ofTraining.share, 1)} of the rows held out, seed ${ofTraining.seed}. So it saw some of the rows that it is asked about.`,
    );
  return { folder, heldOut };
}

/** What the evaluation is told apart by, as its folder records it. */
async function identityOf(config: EvaluateConfig, model: EvaluateRecord["model"], env: Environment): Promise<EvaluationIdentity> {
  const { judge, systemAs, temperature, maxOutputTokens, seed, target, judgeRuns, judgeMaxOutputTokens, hideSystem } = config;
  const { request } = target;
  return {
    model,
    systemAs,
    settings: withoutUndefined({ temperature, "max-output-tokens": maxOutputTokens, seed, request }),
    versions: { sysgen: packageVersion(), node: process.versions.node },
    ...(judge && {
      judge: (await backendOf(judge).identify(judge, env)).name,
      judging: withoutUndefined({
        runs: judgeRuns,
        "max-output-tokens": judgeMaxOutputTokens,
        "hide-system": hideSystem,
        request: judge.request,
      }),
    }),
  };
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** @throws UsageError when an earlier command asked other items, whose calls were paid. */
function refuseOtherItems({ benchmark: { name }, loaded: { data } }: ToAsk, folder: EvaluationFolder): void {
  const before = folder.recordOf(name);
  if (before === undefined || before.calls === 0 || before.data.sha256 === data.sha256) return;
  const { from } = before.data;
  throw new UsageError(
    `${folder.folder} holds ${name} over ${from === data.from ? `other items of ${from}` : `${from}, and this is over ${data.from}`}. The figures and the cost of a folder are those of one set of items. Choose another --out.`,
  );
}

/** Whether an earlier command finished the benchmark. */
function isDone(
  { benchmark: { name }, loaded, walks }: ToAsk,
  folder: EvaluationFolder,
  { isLimitExact }: EvaluateConfig,
  onNotice: (text: string) => void,
): boolean {
  const before = folder.recordOf(name);
  if (before?.state !== "done" || before.data.sha256 !== loaded.data.sha256 || (isLimitExact && walks.length < before.items)) return false;
  onNotice(`${name} is done already, with all ${thousands(before.items)} items.`);
  return true;
}

interface AskServedOptions extends Omit<AskBenchmarksOptions, "choice" | "foldsSystem" | "versions"> {
  readonly about: EvaluateRecord["model"];
  readonly serve: EvaluateTools["serveFolder"];
}

/** Asks benchmarks, of a model whose folder is served for as long as this takes. */
async function askServed(toAsk: readonly ToAsk[], { about, serve, ...options }: AskServedOptions): Promise<void> {
  const { config, folder, stop, run } = options;
  const foldsSystem = config.systemAs === "user" || about.systemRole === "first-user" || about.foldsSystem === true;
  const onNotice = (text: string): void => run.observer?.onNotice?.(text);
  if (about.foldsSystem === true)
    onNotice(
      `The chat template of ${config.model} refuses system messages or does not write them before every response, so they are put before the first user message (--system-role first-user).`,
    );
  if (about.kind !== "folder") return askBenchmarks(toAsk, { ...options, choice: config.target, foldsSystem, versions: undefined });
  const served = await serve({
    folder: config.model,
    python: config.python,
    env: run.env ?? process.env,
    signal: stop.rows,
    log: join(folder.folder, "server.log"),
    onNotice,
  });
  try {
    const choice = { ...config.target, model: served.model, baseUrls: [served.baseUrl] };
    const free = { ...config, prices: withFree(config.prices, [served.model]) };
    await askBenchmarks(toAsk, { ...options, config: free, choice, foldsSystem, versions: served.versions });
  } finally {
    await served.close();
  }
}
