import { rowOrigin } from "../records/response-origin.ts";
import { phaseRows, rowCounts } from "../runs/counts.ts";
import type { RowFlow } from "./report.ts";
import type { RunRow } from "./run-row.ts";

type Reason = RowFlow["reasons"][number];

/** Counts rows by outcome, and by the last phase that each came to. */
export class RowFlowCounts {
  #done = 0;
  #originalKept = 0;
  readonly #reasons = new Map<string, Reason>();

  add(row: RunRow): void {
    if (row.outcome === "done") {
      this.#done++;
      if (rowOrigin(row) === "original") this.#originalKept++;
      return;
    }
    const { outcome, phase, reason } = row;
    const key = JSON.stringify([outcome, phase, reason]);
    const counted = this.#reasons.get(key);
    this.#reasons.set(key, { outcome, phase, reason, rows: (counted?.rows ?? 0) + 1 });
  }

  /** @param order The phases of the run. */
  figures(order: readonly string[]): RowFlow {
    const reasons = [...this.#reasons.values()].toSorted((a, b) => b.rows - a.rows);
    const sum = (matches: (reason: Reason) => boolean): number => reasons.filter(matches).reduce((total, { rows }) => total + rows, 0);
    const phases = phaseRows([...reasons, { phase: null, rows: this.#done }], order);
    const dropped = sum(({ outcome }) => outcome === "dropped");
    const failed = sum(({ outcome }) => outcome === "failed");
    return { ...rowCounts({ done: this.#done, dropped, failed }, { originalKept: this.#originalKept }), phases, reasons };
  }
}
