import { setTimeout as sleep } from "node:timers/promises";
import { ModelError } from "../errors.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "./model.ts";

/** The longest delay before the first retry. It doubles with each further one. */
const firstDelayMs = 250;
/** The longest delay of all. The pool keeps calls away from a server that is down for longer. */
const longestDelayMs = 4_000;
/**
 * The longest wait that a server may ask for with `Retry-After`. The pool pauses the server for
 * longer.
 */
const longestRetryAfterMs = 120_000;

/**
 * Asks again after a retryable error, while the step's retry budget lasts. The delay is the
 * server's own if it names one. Else it is a random part of 250 ms, 500 ms, 1 s and so on, up to 4
 * s.
 */
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
