import type { RunConfig } from "../config/run-config.ts";
import type { Model } from "../models/model.ts";
import { backendOf } from "../models/index.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { openTokenCounter } from "../models/tokenizers/index.ts";
import type { TokenCounter } from "../models/tokenizers/token-counter.ts";
import type { RunOptions } from "../execution/observer.ts";
import type { Environment } from "../platform/environment.ts";
import type { MeanCalls } from "../runs/journal/paid-totals.ts";
import type { ReadableJournal } from "../runs/open-run.ts";
import { asksJudge, type PaidPhase } from "./row-use.ts";

/** The models of a run, and the counters of their tokens. */
export interface OpenModels extends AsyncDisposable {
  readonly model: Model;
  readonly judge: Model;
  readonly counter: TokenCounter;
  readonly judgeCounter: TokenCounter;
}

/** Opens the models without calling them. No weights are fetched. */
export async function openModels(config: RunConfig, { observer = {}, env = process.env, signal }: RunOptions): Promise<OpenModels> {
  const { generator, judge: judgeChoice = generator } = config;
  const isSame = judgeChoice === generator;
  const counting = { env, signal, onNotice: observer.onNotice };
  const model = await uncalled(generator, env);
  const judge = isSame ? model : await uncalled(judgeChoice, env);
  const counter = await openTokenCounter(generator, counting);
  const judgeCounter = isSame || judgeChoice.model === generator.model ? counter : await openTokenCounter(judgeChoice, counting);
  return {
    model,
    judge,
    counter,
    judgeCounter,
    async [Symbol.asyncDispose]() {
      await Promise.all([...new Set([model, judge, counter, judgeCounter])].map((one) => one.close()));
    },
  };
}

/** The models with the forms of this configuration, which a probe may have found since. */
export async function withForms(models: OpenModels, { generator, judge = generator }: RunConfig, env: Environment): Promise<OpenModels> {
  return { ...models, model: await uncalled(generator, env), judge: await uncalled(judge, env) };
}

/** A model that is never called. An estimate only makes prompts for it. */
async function uncalled(choice: ModelChoice, env: Environment): Promise<Model> {
  return {
    ...(await backendOf(choice).identify(choice, env)),
    rowsAtOnce: backendOf(choice).likelyConcurrency(choice),
    call: () => Promise.reject(new TypeError("an estimate calls no model")),
    close: () => Promise.resolve(),
  };
}

/** Means over the journal's calls of a phase by this run's model. Undefined when there are none. */
export type Means = (phase: PaidPhase) => MeanCalls | undefined;

export function meansOf(journal: ReadableJournal | undefined, { model, judge }: OpenModels): Means {
  const all = journal?.means() ?? [];
  return (phase) => all.find((means) => means.phase === phase && means.model === (asksJudge(phase) ? judge : model).name);
}
