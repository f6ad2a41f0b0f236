import { ModelError, UsageError } from "../errors.ts";
import type { Session } from "../execution/open-session.ts";
import type { RunStop } from "../execution/run-stop.ts";
import { foldSystem } from "../models/fold-system.ts";
import type { ChatMessage, Model } from "../models/model.ts";
import { Step, type StepContext } from "../phases/step.ts";
import type { Purpose } from "../records/purpose.ts";
import { answerPurpose, type Asker, type Benchmark } from "./benchmarks/benchmark.ts";
import type { EvaluateConfig } from "./evaluate-config.ts";

export interface AskerOptions {
  readonly config: EvaluateConfig;
  readonly session: Session;
  readonly stop: RunStop;
  readonly model: Model;
  readonly judge: Model | undefined;
  /** Whether the system message goes to the head of the first user message. */
  readonly foldsSystem: boolean;
}

/** An asker of one benchmark, and what it counts. */
export interface CountingAsker extends Asker {
  /** Answers that ended at the limit of tokens. */
  readonly cut: number;
}

/** What a benchmark may ask, over the models of a session. */
export function askerOf(benchmark: Benchmark, { config, session, stop, model, judge, foldsSystem }: AskerOptions): CountingAsker {
  let cut = 0;
  const contextOf = (asked: Model, purpose: Purpose): StepContext => ({
    model: noting(asked, session, stop),
    purpose,
    signal: stop.calls,
    maxRetries: config.maxRetries,
    maxReasks: config.maxReasks,
    round: 0,
    seed: config.seed,
    onUsage: () => {},
  });
  const answering = contextOf(model, answerPurpose(benchmark.name));
  const sampling = { temperature: config.temperature, maxOutputTokens: config.maxOutputTokens ?? benchmark.maxOutputTokens };
  return {
    judgeRuns: config.judgeRuns,
    get cut() {
      return cut;
    },
    async answer(messages: readonly ChatMessage[], sample = 0) {
      const reply = await new Step(answering, sample).ask(foldsSystem ? foldSystem(messages) : messages, sampling);
      if (reply.finishReason === "length") cut++;
      return reply;
    },
    judging(purpose) {
      if (judge === undefined) throw new UsageError(`${benchmark.name} needs a judge.`);
      const { judgeMaxOutputTokens } = config;
      return contextOf(judgeMaxOutputTokens === undefined ? judge : withTokens(judge, judgeMaxOutputTokens), purpose);
    },
  };
}

/** The model, whose calls that brought no reply the session takes note of. */
function noting(model: Model, session: Session, stop: RunStop): Model {
  return {
    ...model,
    async call(call, context) {
      if (stop.fatal) throw stop.fatal;
      try {
        return await model.call(call, context);
      } catch (error) {
        if (error instanceof ModelError) session.callFailed(error, model);
        throw error;
      }
    },
  };
}

function withTokens(model: Model, maxOutputTokens: number): Model {
  return { ...model, call: (call, context) => model.call({ ...call, sampling: { ...call.sampling, maxOutputTokens } }, context) };
}
