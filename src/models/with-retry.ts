import { setTimeout as sleep } from "node:timers/promises";
import { ModelError } from "../errors.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "./model.ts";

const firstDelayMs = 250;
/** Not longer, because what is down for longer is the pool's to keep away from. */
const longestDelayMs = 4_000;
/** A server may ask for a longer wait than ours, up to this; the pool keeps away from it for longer. */
const longestRetryAfterMs = 120_000;

/** Asks again after a retryable error, while the step's budget lasts: after the server's own delay, else after a growing one with full jitter. */
export function withRetry(model: Model, random: () => number = Math.random): Model {
  function ask(call: ModelCall, context: CallContext, retry: number): Promise<ModelReply> {
    const { signal, budget } = context;
    if (signal.aborted) return Promise.reject(signal.reason);
    return model.call(call, context).catch(async (error: unknown) => {
      if (!(error instanceof ModelError) || !error.retryable || !budget.take()) throw error;
      await sleep(delayOf(error, retry, random), undefined, { signal }).catch((interrupted: unknown) => {
        signal.throwIfAborted();
        throw interrupted;
      });
      return ask(call, context, retry + 1);
    });
  }
  return { ...model, call: (call, context) => ask(call, context, 0) };
}

function delayOf(error: ModelError, retry: number, random: () => number): number {
  if (error.retryAfterMs !== undefined) return Math.min(error.retryAfterMs, longestRetryAfterMs);
  return Math.min(firstDelayMs * 2 ** retry, longestDelayMs) * random();
}
