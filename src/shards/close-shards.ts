import type { RunConfig } from "../config/run-config.ts";
import { shardName } from "../datasets/shard.ts";
import { UsageError } from "../errors.ts";
import { sum, type BudgetLimits } from "../models/spending/budget.ts";
import { priceOf } from "../models/spending/prices.ts";
import { isLocked } from "../platform/file-lock.ts";
import type { PaidCalls } from "../runs/journal/paid-totals.ts";
import { runFiles } from "../runs/run-files.ts";
import { spendingOf } from "../runs/spending.ts";
import { shardFolder, shardsOf, writePlan, type Plan } from "./plan.ts";

/**
 * Closes the shards of a plan, so that what they have not paid can be paid elsewhere.
 * @returns The plan as it is then.
 * @throws UsageError when a shard is at work.
 */
export async function closeShards(out: string, plan: Plan, hasDraw: boolean): Promise<Plan> {
  refuseAtWork(out, plan, hasDraw);
  if (plan.closed !== undefined) return plan;
  const closed = { ...plan, closed: {} };
  await writePlan(out, closed);
  // A task that begins looks at the plan once it has the lock of its shard, so one of the two sees
  // the other.
  try {
    refuseAtWork(out, plan, hasDraw);
  } catch (error) {
    await writePlan(out, plan);
    throw error;
  }
  return closed;
}

/** Looks at locks, because run.json does not say yet that a task has begun. */
function refuseAtWork(out: string, plan: Plan, hasDraw: boolean): void {
  for (const shard of shardsOf(plan, hasDraw))
    if (isLocked(runFiles(shardFolder(out, shard)).lock))
      throw new UsageError(
        `Shard ${shardName(shard)} is at work, and would pay for what the merge pays for. Let the tasks end, or end them, and merge again; without --pay it can be merged now.`,
      );
}

/**
 * What the merge may spend. Its journal has a call once that two shards have paid, so the second
 * payment is taken off. The plan keeps it, because a later merge finds its own calls in the journal
 * too.
 * @param paid What the shards have paid.
 * @param merged What the journal of the whole has, before the merge has paid anything.
 */
export async function budgetToPay(
  out: string,
  plan: Plan,
  { config, paid, merged }: { readonly config: RunConfig; readonly paid: readonly PaidCalls[]; readonly merged: readonly PaidCalls[] },
): Promise<BudgetLimits> {
  const { generator, judge, prices, budget } = config;
  let twice = plan.closed?.paidTwice;
  if (twice === undefined) {
    const choices = [generator, judge ?? generator];
    const known = new Map(
      await Promise.all(choices.map(async ({ model, baseUrls }) => [model, await priceOf(model, baseUrls, prices)] as const)),
    );
    const spent = (calls: readonly PaidCalls[]) => spendingOf(calls, (model) => known.get(model));
    const { calls, tokens, cost } = sum(spent(paid), spent(merged), -1);
    // The journal may have calls of no shard, such as those of a preview.
    twice = { calls: Math.max(0, calls), tokens: Math.max(0, tokens), cost: Math.max(0, cost) };
    await writePlan(out, { ...plan, closed: { paidTwice: twice } });
  }
  const less = (limit: number | undefined, by: number): number | undefined => (limit === undefined ? undefined : limit - by);
  return {
    maxCalls: less(budget.maxCalls, twice.calls),
    maxTokens: less(budget.maxTokens, twice.tokens),
    maxCost: less(budget.maxCost, twice.cost),
  };
}
