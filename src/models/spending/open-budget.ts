import { UsageError } from "../../errors.ts";
import { Budget, type BudgetLimits } from "./budget.ts";
import { priceOf, type Price, type PriceTable } from "./prices.ts";

export interface OpenBudgetOptions {
  readonly limits: BudgetLimits;
  /** The models that will be called, and the addresses of their servers. */
  readonly models: readonly { readonly name: string; readonly baseUrls: readonly string[] }[];
  readonly prices: PriceTable;
  readonly onNotice: (text: string) => void;
}

export interface OpenedBudget {
  readonly budget: Budget;
  /** Undefined when the price is not known. */
  readonly priceOf: (model: string) => Price | undefined;
}

/**
 * The budget for these limits. Undefined without limits. A price is never guessed. If a price is
 * not known, the limit in dollars cannot be kept. The user is then told so, and the limits in
 * tokens and calls still hold.
 * @throws UsageError when only the cost is limited and a model's price is not known.
 */
export async function openBudget({ limits, models, prices, onNotice }: OpenBudgetOptions): Promise<OpenedBudget | undefined> {
  const { maxCalls, maxTokens, maxCost } = limits;
  if (maxCalls === undefined && maxTokens === undefined && maxCost === undefined) return undefined;
  const known = new Map<string, Price | undefined>();
  if (maxCost !== undefined) for (const { name, baseUrls } of models) known.set(name, await priceOf(name, baseUrls, prices));
  const unknown = [...known].flatMap(([name, price]) => (price === undefined ? [name] : []));
  if (unknown.length > 0) {
    const said = `--max-cost ${maxCost}: the price of ${unknown.join(" and ")} is not known, so its cost cannot be limited. Give it under the key prices (US dollars per million tokens)`;
    if (maxCalls === undefined && maxTokens === undefined) throw new UsageError(`${said}, or use --max-tokens or --max-calls.`);
    onNotice(`${said}. ${maxTokens === undefined ? "--max-calls" : "--max-tokens"} holds.`);
  }
  return { budget: new Budget(limits), priceOf: (model) => known.get(model) };
}
