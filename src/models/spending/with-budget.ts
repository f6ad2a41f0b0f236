import { ModelError } from "../../errors.ts";
import { nothing, type Spending } from "./budget.ts";
import type { Model, ModelCall, ModelReply } from "../model.ts";
import type { OpenedBudget } from "./open-budget.ts";
import { costOf } from "./prices.ts";

/** A chat template puts a few tokens around each message. */
const tokensAroundMessage = 16;

/**
 * Reserves the most that a call can come to before it is made, and settles what it came to. Without
 * a budget the model is returned as it is.
 */
export function withBudget(model: Model, opened: OpenedBudget | undefined): Model {
  if (opened === undefined) return model;
  const { budget } = opened;
  const price = opened.priceOf(model.name);
  const spendingOf = (inputTokens: number, outputTokens: number): Spending => ({
    calls: 1,
    tokens: inputTokens + outputTokens,
    cost: price === undefined ? 0 : costOf({ inputTokens, outputTokens }, price),
  });
  return {
    ...model,
    async call(call, context) {
      const need = spendingOf(mostInputTokens(call), call.sampling.maxOutputTokens);
      await budget.reserve(context.purpose, need);
      try {
        const reply = await model.call(call, context);
        const { inputTokens, outputTokens } = usageOf(call, reply);
        budget.settle(need, spendingOf(inputTokens, outputTokens));
        return reply;
      } catch (error) {
        budget.settle(need, mayBeBilled(error) ? need : nothing);
        throw error;
      }
    },
  };
}

/** No tokenizer makes more tokens of a text than it has bytes. */
function mostInputTokens({ messages, constraint }: ModelCall): number {
  let bytes = constraint === undefined ? 0 : Buffer.byteLength(JSON.stringify(constraint.jsonSchema));
  for (const { content } of messages) bytes += Buffer.byteLength(content) + tokensAroundMessage;
  return bytes + tokensAroundMessage;
}

/** What the server says, or for one that says nothing a token for every three bytes, which is more than most texts have. */
function usageOf(call: ModelCall, { usage, text }: ModelReply): ModelReply["usage"] {
  if (usage.inputTokens + usage.outputTokens > 0) return usage;
  return { inputTokens: Math.ceil(mostInputTokens(call) / 3), outputTokens: Math.ceil(Buffer.byteLength(text) / 3) };
}

/** The server may have answered, and the answer got lost or could not be read. */
function mayBeBilled(error: unknown): boolean {
  if (!(error instanceof ModelError) || error.status !== undefined) return false;
  return error.kind === "timeout" || error.kind === "bad-reply" || (error.kind === "connection" && error.stops === "never");
}
