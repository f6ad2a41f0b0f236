import { existsSync } from "node:fs";
import type { RunConfig } from "../config/run-config.ts";
import { shardName } from "../datasets/shard.ts";
import { UsageError } from "../errors.ts";
import type { BudgetLimits, Spending } from "../models/spending/budget.ts";
import { isLocked } from "../platform/file-lock.ts";
import { runFiles } from "../runs/run-files.ts";
import { paidIn, spendingOf } from "../runs/spending.ts";
import { pricesOf } from "./close-shards.ts";
import { shardFolder, shardsOf, type Plan } from "./plan.ts";

const limited = [
  { limit: "maxCalls", flag: "--max-calls", of: "calls" },
  { limit: "maxTokens", flag: "--max-tokens", of: "tokens" },
  { limit: "maxCost", flag: "--max-cost", of: "cost" },
] as const satisfies readonly { readonly limit: keyof BudgetLimits; readonly flag: string; readonly of: keyof Spending }[];

/**
 * Refuses a plan that gives a shard less than it has spent. The parts of the others would then come
 * to more than what is left of the whole.
 * @throws UsageError when a part would be smaller than what was spent of it, and when a part would
 * be smaller than before while its task is at work.
 */
export async function refuseSpent(out: string, before: Plan, plan: Plan, config: RunConfig): Promise<void> {
  if (plan.closed !== undefined) return;
  const priceOf = await pricesOf(config);
  // A plan without a draw gives none a part, also where the plan before had spent one.
  for (const shard of shardsOf(plan, true)) {
    const [now, then] = [plan, before].map(({ budget }) => (shard.index === "draw" ? budget.draw : budget.shard));
    const less = limited.filter(({ limit }) => (now?.[limit] ?? Infinity) < (then?.[limit] ?? Infinity));
    const files = runFiles(shardFolder(out, shard));
    if (less.length === 0 || !existsSync(files.journal)) continue;
    const name = shardName(shard);
    if (isLocked(files.lock))
      throw new UsageError(
        `Shard ${name} is at work, and may spend what the plan gave it before (${less.map(({ flag }) => flag).join(", ")}). Let the tasks end, or end them, before you plan with less.`,
      );
    const spent = spendingOf(paidIn(files.journal), priceOf);
    for (const { limit, flag, of } of less)
      if (spent[of] > (now?.[limit] ?? Infinity))
        throw new UsageError(
          `${flag} ${plan.budget.whole[limit]} is too small: it gives shard ${name} ${now?.[limit]}, which has spent ${amount(of, spent[of])} already. Take a larger one; or end the tasks and merge what there is, which pays nothing.`,
        );
  }
}

function amount(of: keyof Spending, value: number): string {
  return of === "cost" ? `$${value.toFixed(4)}` : String(value);
}
