import type { RowEnd } from "../execution/observer.ts";
import type { Outcome } from "../records/outcome.ts";

/** What an observer is told of a row whose road ended in this run. */
export function rowEnd(result: Outcome, id: string): RowEnd {
  const { phase, reason } = result.outcome === "done" ? { phase: undefined, reason: undefined } : result;
  return { outcome: result.outcome, phase, id, reason };
}
