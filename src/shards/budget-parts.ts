import type { RunConfig } from "../config/run-config.ts";
import { UsageError } from "../errors.ts";
import type { BudgetLimits } from "../models/spending/budget.ts";
import { costOf, priceOf } from "../models/spending/prices.ts";
import { expectedUse } from "../pipeline/expected-use.ts";
import type { Plan } from "./plan.ts";

/** The draw has at most this part of a budget, as the calibration of one process has. */
const mostForDraw = 0.5;
/** How often the draw may need what its rows are taken to use. */
const slack = 2;

/** The parts of a budget. Their sum never passes the whole. */
export async function budgetParts(config: RunConfig, shards: number, hasDraw: boolean): Promise<Plan["budget"]> {
  const need = hasDraw ? await needOfDraw(config) : { calls: 0, tokens: 0, cost: 0 };
  const { maxCalls, maxTokens, maxCost } = config.budget;
  const calls = parts("--max-calls", maxCalls, need.calls, 1);
  const tokens = parts("--max-tokens", maxTokens, need.tokens, 1);
  // In millionths of a dollar.
  const cost = parts("--max-cost", maxCost, need.cost, 1e-6);
  const limits = (of: "draw" | "shard"): BudgetLimits => ({ maxCalls: calls?.[of], maxTokens: tokens?.[of], maxCost: cost?.[of] });
  return { whole: config.budget, draw: limits("draw"), shard: limits("shard") };

  /** @throws UsageError when the limit is too small for so many shards. */
  function parts(flag: string, limit: number | undefined, drawNeeds: number, unit: number): { draw: number; shard: number } | undefined {
    if (limit === undefined) return undefined;
    const units = Math.floor(limit / unit + 1e-9);
    const draw = Math.min(Math.floor(mostForDraw * units), Math.ceil(drawNeeds / unit));
    const shard = Math.floor((units - draw) / shards);
    if (shard < 1) throw new UsageError(`${flag} ${limit} is too small for ${shards} shards. Take fewer shards, or a larger budget.`);
    return { draw: draw * unit, shard: shard * unit };
  }
}

/** What the rows of the draw may use at most, by what such rows use as a rule. */
async function needOfDraw({ phases, generator, judge, prices }: RunConfig): Promise<{ calls: number; tokens: number; cost: number }> {
  const { row, drawn } = expectedUse(phases.verify, { questionsAtOnce: "one" });
  const rows = slack * phases.verify.calibrationRows;
  const use = {
    calls: rows * (row.calls + drawn.calls),
    inputTokens: rows * (row.inputTokens + drawn.inputTokens),
    outputTokens: rows * (row.outputTokens + drawn.outputTokens),
  };
  const known = await Promise.all([generator, judge ?? generator].map(({ model, baseUrls }) => priceOf(model, baseUrls, prices)));
  const costs = known.map((price) => (price === undefined ? 0 : costOf(use, price)));
  return { calls: use.calls, tokens: use.inputTokens + use.outputTokens, cost: Math.max(...costs) };
}
