import { setTimeout as sleep } from "node:timers/promises";
import { ModelError } from "../errors.ts";
import type { Model } from "./model.ts";

const firstDelayMs = 250;
/** Not longer, because what is down for longer is the pool's to keep away from. */
const longestDelayMs = 4_000;
/** A server may ask for a longer wait than ours, up to this; the pool keeps away from it for longer. */
const longestRetryAfterMs = 120_000;

/** Asks again after a retryable error, while the step's budget lasts: after the server's own delay, else after a growing one with full jitter. */
export function withRetry(model: Model, random: () => number = Math.random): Model {
  return {
    ...model,
    async call(call, context) {
      const { signal, budget } = context;
      for (let retry = 0; ; retry++) {
        signal.throwIfAborted();
        try {
          return await model.call(call, context);
        } catch (error) {
          if (!(error instanceof ModelError) || !error.retryable || !budget.take()) throw error;
          await sleep(delayOf(error, retry, random), undefined, { signal }).catch((interrupted: unknown) => {
            signal.throwIfAborted();
            throw interrupted;
          });
        }
      }
    },
  };
}

function delayOf(error: ModelError, retry: number, random: () => number): number {
  if (error.retryAfterMs !== undefined) return Math.min(error.retryAfterMs, longestRetryAfterMs);
  return Math.min(firstDelayMs * 2 ** retry, longestDelayMs) * random();
}
