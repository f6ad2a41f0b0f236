import { timesAffordable } from "../models/spending/affordable.ts";
import type { Spending } from "../models/spending/budget.ts";

export interface AffordableRowsOptions {
  /** What is left of the budget now. */
  readonly left: () => Spending;
  /** What a row is taken to use until the first one has ended. */
  readonly expected: Spending;
  /** Rows whose road has ended since, without those that an earlier run had ended. */
  readonly ended: () => number;
}

/**
 * How many rows may be at work at once within a budget, so that those that are begun can end. A row
 * is taken to use what rows have used so far. What rows at work have used counts too, so few are
 * begun at first.
 */
export function affordableRows({ left, expected, ended: rowsEnded }: AffordableRowsOptions): () => number {
  const before = left();
  return () => {
    const now = left();
    const ended = rowsEnded();
    const used = (key: keyof Spending): number => (Number.isFinite(before[key]) ? (before[key] - now[key]) / ended : 0);
    const aRow = ended === 0 ? expected : { calls: used("calls"), tokens: used("tokens"), cost: used("cost") };
    return timesAffordable(now, aRow);
  };
}
