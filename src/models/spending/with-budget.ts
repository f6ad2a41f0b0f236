import { ModelError } from "../../errors.ts";
import { nothing, type Spending } from "./budget.ts";
import type { Model, ModelCall, ModelReply } from "../model.ts";
import type { OpenedBudget } from "./open-budget.ts";
import type { Usage } from "../../records/usage.ts";
import { costOf, type Price } from "./prices.ts";

/** The most tokens that a chat template is expected to put around each message. */
const tokensAroundMessage = 16;

/**
 * The model within a budget. A call reserves the most that it can use, and settles what it used. If
 * the model's price is not known, its calls count as free. Without a budget the model is returned
 * as it is.
 */
export function withBudget(model: Model, opened: OpenedBudget | undefined): Model {
  if (opened === undefined) return model;
  const { budget } = opened;
  const price = opened.priceOf(model.name);
  return {
    ...model,
    async call(call, context) {
      const need = needOf(call, price);
      await budget.reserve(context.purpose, need, context.signal);
      try {
        const reply = await model.call(call, context);
        budget.settle(need, useOf(call, reply, price));
        return reply;
      } catch (error) {
        budget.settle(need, mayBeBilled(error) ? need : nothing);
        throw error;
      }
    },
  };
}

/** The most that a call can use. */
export function needOf(call: ModelCall, price: Price | undefined, lane?: "batch"): Spending {
  return spendingOf({ inputTokens: mostInputTokens(call), outputTokens: call.sampling.maxOutputTokens }, price, lane);
}

/** What a call has used. */
export function useOf(call: ModelCall, reply: ModelReply, price: Price | undefined, lane?: "batch"): Spending {
  return spendingOf(usageOf(call, reply), price, lane);
}

function spendingOf(usage: Usage, price: Price | undefined, lane?: "batch"): Spending {
  return { calls: 1, tokens: usage.inputTokens + usage.outputTokens, cost: price === undefined ? 0 : costOf(usage, price, lane) };
}

/** The most tokens that a prompt can have. A text never has more tokens than bytes. */
function mostInputTokens({ messages, constraint, questions = [] }: ModelCall): number {
  let bytes = constraint === undefined ? 0 : Buffer.byteLength(JSON.stringify(constraint.jsonSchema));
  for (const { content } of messages) bytes += Buffer.byteLength(content) + tokensAroundMessage;
  for (const { messages: own = [], text } of questions) {
    bytes += Buffer.byteLength(text) + tokensAroundMessage;
    for (const { content } of own) bytes += Buffer.byteLength(content) + tokensAroundMessage;
  }
  return bytes + tokensAroundMessage;
}

/**
 * The usage that the server reports. If it reports none, every 3 bytes count as a token, which is
 * more than most texts have.
 */
function usageOf(call: ModelCall, { usage, text }: ModelReply): ModelReply["usage"] {
  if (usage.inputTokens + usage.outputTokens > 0) return usage;
  return { inputTokens: Math.ceil(mostInputTokens(call) / 3), outputTokens: Math.ceil(Buffer.byteLength(text) / 3) };
}

/** Whether the server may have billed a failed call, because its answer was lost or unreadable. */
function mayBeBilled(error: unknown): boolean {
  if (!(error instanceof ModelError) || error.status !== undefined) return false;
  return error.kind === "timeout" || error.kind === "bad-reply" || (error.kind === "connection" && error.stops === "never");
}
