import type { RunConfig } from "../config/run-config.ts";
import { UsageError } from "../errors.ts";
import { fieldsToProbe, probeRetries } from "../execution/settle-constraint.ts";
import { probeCall } from "../models/openai/probe-constraint.ts";
import { nothing, sum, type BudgetLimits, type Spending } from "../models/spending/budget.ts";
import { costOf, priceOf, type Price } from "../models/spending/prices.ts";
import { needOf } from "../models/spending/with-budget.ts";
import { expectedUse } from "../pipeline/expected-use.ts";
import type { Plan } from "./plan.ts";

/** The draw has at most this part of a budget, as the calibration of one process has. */
const mostForDraw = 0.5;
/** How often the draw may need what its rows are taken to use. */
const slack = 2;

/**
 * The parts of a budget. Their sum never passes the whole.
 * @param earlier What of the whole was spent before.
 * @throws UsageError when a limit is too small for so many shards, or for what comes before them.
 */
export async function budgetParts(config: RunConfig, shards: number, earlier: Spending | undefined): Promise<Plan["budget"]> {
  const { probe, most } = await needOfDraw(config);
  const { maxCalls, maxTokens, maxCost } = config.budget;
  const calls = parts("--max-calls", maxCalls, "calls", 1);
  const tokens = parts("--max-tokens", maxTokens, "tokens", 1);
  // In millionths of a dollar.
  const cost = parts("--max-cost", maxCost, "cost", 1e-6);
  const limits = (of: "draw" | "shard"): BudgetLimits => ({ maxCalls: calls?.[of], maxTokens: tokens?.[of], maxCost: cost?.[of] });
  return { whole: config.budget, draw: limits("draw"), shard: limits("shard"), ...(earlier && { earlier }) };

  function parts(flag: string, limit: number | undefined, of: keyof Spending, unit: number): { draw: number; shard: number } | undefined {
    if (limit === undefined) return undefined;
    const units = Math.floor((limit - (earlier?.[of] ?? 0)) / unit + 1e-9);
    const draw = Math.min(Math.floor(mostForDraw * units), Math.ceil(most[of] / unit));
    const shard = Math.floor((units - draw) / shards);
    if (shard < 1) throw new UsageError(`${flag} ${limit} is too small for ${shards} shards. Take fewer shards, or a larger budget.`);
    if (draw < Math.ceil(probe[of] / unit))
      throw new UsageError(
        `${flag} ${limit} is too small: half of it does not pay for finding out what the server enforces. Name that with --constrain, or take a larger budget.`,
      );
    return { draw: draw * unit, shard: shard * unit };
  }
}

/** What the draw may use. */
interface NeedOfDraw {
  /** A probe of each constraint field. */
  readonly probe: Spending;
  /** The same with each of its retries, and the draw's rows by what such rows use as a rule. */
  readonly most: Spending;
}

async function needOfDraw({ phases, generator, judge, prices }: RunConfig): Promise<NeedOfDraw> {
  const known = await Promise.all([generator, judge ?? generator].map(({ model, baseUrls }) => priceOf(model, baseUrls, prices)));
  const probe = fieldsToProbe(generator)
    .map((field) => needOf(probeCall(generator, field), known[0]))
    .reduce((all, one) => sum(all, one), nothing);
  const tries = 1 + probeRetries;
  const rows = needOfRows(phases.verify, known);
  return { probe, most: sum(rows, { calls: tries * probe.calls, tokens: tries * probe.tokens, cost: tries * probe.cost }) };
}

function needOfRows(verify: RunConfig["phases"]["verify"], prices: readonly (Price | undefined)[]): Spending {
  const { row, drawn } = expectedUse(verify, { questionsAtOnce: "one" });
  const rows = slack * verify.calibrationRows;
  const use = {
    calls: rows * (row.calls + drawn.calls),
    inputTokens: rows * (row.inputTokens + drawn.inputTokens),
    outputTokens: rows * (row.outputTokens + drawn.outputTokens),
  };
  const costs = prices.map((price) => (price === undefined ? 0 : costOf(use, price)));
  return { calls: use.calls, tokens: use.inputTokens + use.outputTokens, cost: Math.max(...costs) };
}
