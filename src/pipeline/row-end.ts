import type { RowEnd } from "../execution/observer.ts";
import type { Outcome } from "../records/outcome.ts";
import { rowOrigin } from "../records/response-origin.ts";

/** What an observer is told of a row whose road ended in this run. */
export function rowEnd(result: Outcome, id: string): RowEnd {
  const { outcome } = result;
  return result.outcome === "done"
    ? { outcome, id, phase: undefined, reason: undefined, responses: rowOrigin(result) }
    : { outcome, id, phase: result.phase, reason: result.reason };
}
