import { phaseNames, type PhaseName } from "../records/outcome.ts";
import type { OutcomeCount, PhaseCalls, Store } from "./store.ts";

export interface RowCounts {
  readonly in: number;
  readonly done: number;
  readonly dropped: number;
  readonly failed: number;
}

/** Rows that came to a phase and rows that left it for the next one. */
export interface PhaseRows {
  readonly phase: PhaseName;
  readonly in: number;
  readonly out: number;
}

/** How far a run came, from its store. */
export interface RunCounts {
  readonly rows: RowCounts;
  readonly phases: readonly PhaseRows[];
  readonly rejected: readonly OutcomeCount[];
  /** Calls paid in the life of the run directory. */
  readonly calls: readonly PhaseCalls[];
}

export function countRun(store: Store): RunCounts {
  const outcomes = store.countOutcomes();
  const sum = (matches: (count: OutcomeCount) => boolean): number =>
    outcomes.filter(matches).reduce((total, count) => total + count.rows, 0);
  const rows = {
    in: sum(() => true),
    done: sum(({ outcome }) => outcome === "done"),
    dropped: sum(({ outcome }) => outcome === "dropped"),
    failed: sum(({ outcome }) => outcome === "failed"),
  };
  let reached = rows.in - sum(({ phase }) => phase === "read");
  const phases = phaseNames.map((phase) => {
    const out = reached - sum((count) => count.phase === phase);
    const counted = { phase, in: reached, out };
    reached = out;
    return counted;
  });
  return { rows, phases, rejected: outcomes.filter(({ outcome }) => outcome !== "done"), calls: store.countCalls() };
}
