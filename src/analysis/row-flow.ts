import { phaseRows } from "../runs/counts.ts";
import type { RowFlow } from "./report.ts";
import type { RunRow } from "./run-row.ts";

type Reason = RowFlow["reasons"][number];

/** Counts rows by outcome, and by the last phase that each came to. */
export class RowFlowCounts {
  #done = 0;
  readonly #reasons = new Map<string, Reason>();

  add(row: RunRow): void {
    if (row.outcome === "done") {
      this.#done++;
      return;
    }
    const { outcome, phase, reason } = row;
    const key = JSON.stringify([outcome, phase, reason]);
    const counted = this.#reasons.get(key);
    this.#reasons.set(key, { outcome, phase, reason, rows: (counted?.rows ?? 0) + 1 });
  }

  figures(): RowFlow {
    const reasons = [...this.#reasons.values()].toSorted((a, b) => b.rows - a.rows);
    const sum = (matches: (reason: Reason) => boolean): number => reasons.filter(matches).reduce((total, { rows }) => total + rows, 0);
    const all = this.#done + sum(() => true);
    const phases = phaseRows([...reasons, { phase: null, rows: this.#done }]);
    const dropped = sum(({ outcome }) => outcome === "dropped");
    return { in: all, done: this.#done, dropped, failed: sum(({ outcome }) => outcome === "failed"), phases, reasons };
  }
}
