import type { Spending } from "../models/spending/budget.ts";
import { costOf, type Price } from "../models/spending/prices.ts";
import { CallJournal } from "./journal/journal.ts";
import type { PaidCalls } from "./journal/paid-totals.ts";

/**
 * Adds up what paid calls used.
 * @param priceOf Undefined for a model whose price is not known. Its calls and tokens count, and
 * its cost does not.
 */
export function spendingOf(paid: readonly PaidCalls[], priceOf: (model: string) => Price | undefined): Spending {
  let [calls, tokens, cost] = [0, 0, 0];
  for (const { model, calls: paidCalls, lane, ...usage } of paid) {
    const price = priceOf(model);
    calls += paidCalls;
    tokens += usage.inputTokens + usage.outputTokens;
    if (price) cost += costOf(usage, price, lane);
  }
  return { calls, tokens, cost };
}

/** The paid calls of a journal, also while its last line is being written. */
export function paidIn(path: string): PaidCalls[] {
  const journal = new CallJournal(path, { readOnly: true, leastBytes: 0 });
  try {
    return journal.countPaid();
  } finally {
    journal.close();
  }
}
