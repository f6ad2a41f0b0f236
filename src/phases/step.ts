import type { Purpose } from "../records/purpose.ts";
import type { Usage } from "../records/usage.ts";
import type { ChatMessage, Model, ModelReply, OutputConstraint, Sampling } from "../models/model.ts";
import { RetryBudget } from "../models/retry-budget.ts";
import type { FilterSettings } from "./sieve.ts";

/** What everyone needs who asks a model. */
export interface StepContext {
  readonly model: Model;
  /** What the model is asked for. */
  readonly purpose: Purpose;
  readonly signal: AbortSignal;
  /** Retries that one step may use, of every kind. */
  readonly maxRetries: number;
  /** How many of them may go to replies that came but were no good (malformed, unparsed, caught by a gate). */
  readonly maxReasks: number;
  readonly round: number;
  readonly seed: number | undefined;
  /** Told what each reply used, journaled or paid now. */
  readonly onUsage: (usage: Usage) => void;
}

/** What a phase is given. */
export interface PhaseContext extends StepContext {
  /** Settings of the filter. `generate` asks again for a message of which the filter leaves nothing. */
  readonly filter: FilterSettings;
}

/** One thing asked of a model until a good reply comes or the budget is spent. */
export class Step {
  readonly #context: StepContext;
  readonly #budget: RetryBudget;
  #attempt = 0;

  constructor(context: StepContext) {
    this.#context = context;
    this.#budget = new RetryBudget(context.maxRetries);
  }

  ask(messages: readonly ChatMessage[], sampling: Sampling, constraint?: OutputConstraint): Promise<ModelReply> {
    const { model, purpose, signal, round, seed, onUsage } = this.#context;
    const call = {
      messages,
      sampling: seed === undefined ? sampling : { ...sampling, seed: seed + this.#attempt },
      constraint,
      attempt: this.#attempt,
      round,
    };
    return model.call(call, { purpose, signal, budget: this.#budget }).then((reply) => {
      onUsage(reply.usage);
      return reply.text.includes("</think>") || reply.text.includes("<think>") ? { ...reply, text: withoutReasoning(reply.text) } : reply;
    });
  }

  /** Whether the reply may be asked for once more; takes it from the budget. */
  mayAskAgain(): boolean {
    if (this.#attempt >= this.#context.maxReasks || !this.#budget.take()) return false;
    this.#attempt++;
    return true;
  }
}

/**
 * Reasoning models may send their thoughts in the text, from `<think>` (which some chat templates put into the prompt) to `</think>`.
 * An unclosed thought means that no answer came.
 */
function withoutReasoning(text: string): string {
  const opens = text.indexOf("<think>");
  const closes = text.indexOf("</think>");
  const begins = opens !== -1 && text.slice(0, opens).trim() === "";
  if (closes === -1) return begins ? "" : text;
  return begins || opens === -1 || closes < opens ? text.slice(closes + "</think>".length).trimStart() : text;
}
