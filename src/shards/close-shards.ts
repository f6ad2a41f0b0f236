import type { RunConfig } from "../config/run-config.ts";
import { shardName } from "../datasets/shard.ts";
import { UsageError } from "../errors.ts";
import { beyond, nothing, sum, type Spending } from "../models/spending/budget.ts";
import { priceOf, type Price } from "../models/spending/prices.ts";
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
 * What shards paid for calls that other shards or a preview had paid. The journal of the whole has
 * such a call once. The plan keeps the sum, because a later merge finds its own calls in the
 * journal too.
 * @param paid What the shards have paid.
 * @param merged What the journal of the whole has, before the merge has paid anything.
 */
export async function paidTwice(
  out: string,
  plan: Plan,
  { config, paid, merged }: { readonly config: RunConfig; readonly paid: readonly PaidCalls[]; readonly merged: readonly PaidCalls[] },
): Promise<Spending> {
  if (plan.closed?.paidTwice !== undefined) return plan.closed.paidTwice;
  const priceOf = await pricesOf(config);
  const all = sum(spendingOf(paid, priceOf), plan.budget.earlier ?? nothing);
  // The journal may have calls of no shard, such as those of a judge.
  const twice = beyond(all, spendingOf(merged, priceOf));
  await writePlan(out, { ...plan, closed: { paidTwice: twice } });
  return twice;
}

/** The prices of the models of a run. */
export async function pricesOf({ generator, judge, prices }: RunConfig): Promise<(model: string) => Price | undefined> {
  const known = new Map(
    await Promise.all(
      [generator, judge ?? generator].map(async ({ model, baseUrls }) => [model, await priceOf(model, baseUrls, prices)] as const),
    ),
  );
  return (model) => known.get(model);
}
