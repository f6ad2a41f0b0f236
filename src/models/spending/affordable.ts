import type { Spending } from "./budget.ts";

/** How many times a use fits into what is left, rounded down. Infinity where nothing is limited. */
export function timesAffordable(left: Spending, use: Spending): number {
  const times = (limit: number, each: number): number => (each > 0 ? Math.max(0, limit) / each : Infinity);
  return Math.floor(Math.min(times(left.calls, use.calls), times(left.tokens, use.tokens), times(left.cost, use.cost)));
}
