import type { Spending } from "../models/budget.ts";
import type { TokenPrice } from "../models/with-budget.ts";
import type { PaidCalls } from "./paid-totals.ts";

/** What paid calls came to. @param priceOf Undefined for a model whose price is not known: its calls and tokens count, its cost does not. */
export function spendingOf(paid: readonly PaidCalls[], priceOf: (model: string) => TokenPrice | undefined): Spending {
  let [calls, tokens, cost] = [0, 0, 0];
  for (const { model, calls: paidCalls, inputTokens, outputTokens } of paid) {
    const price = priceOf(model);
    calls += paidCalls;
    tokens += inputTokens + outputTokens;
    if (price) cost += (inputTokens * price.inputPerMillion + outputTokens * price.outputPerMillion) / 1e6;
  }
  return { calls, tokens, cost };
}
