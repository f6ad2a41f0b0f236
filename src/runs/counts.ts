import { z } from "zod";
import { loadSchema, type EndpointLoad } from "../models/pool/endpoint-load.ts";
import { phaseNames } from "../phases/index.ts";
import { notTried } from "../records/outcome.ts";
import type { PaidCalls } from "./journal/paid-totals.ts";
import type { Manifest } from "./manifest.ts";
import { phaseOrder } from "./phase-order.ts";
import type { OutcomeCount } from "./results/results.ts";
import type { Store } from "./store.ts";
import type { Tally } from "./tally.ts";

export interface RowCounts {
  readonly in: number;
  /** Rows of the dataset: `writtenAnew` + `originalKept`. */
  readonly done: number;
  /** All responses that were to be written anew are new. */
  readonly writtenAnew: number;
  /** A response is the input's own, because all new ones were caught, or none was asked for. */
  readonly originalKept: number;
  readonly dropped: number;
  readonly failed: number;
}

/** Rows that came to a phase and rows that left it for the next one. */
export interface PhaseRows {
  readonly phase: string;
  readonly in: number;
  readonly out: number;
}

/** How far a run came. */
export interface RunCounts {
  readonly rows: RowCounts;
  readonly phases: readonly PhaseRows[];
  readonly rejected: readonly OutcomeCount[];
  /** Calls paid in the life of the run directory, those of `sysgen judge` too. */
  readonly calls: readonly PhaseCalls[];
  /** What the endpoints settled at, and what held them there. Empty for a model in process. */
  readonly load: readonly EndpointLoad[];
}

export interface PhaseCalls {
  /** The name of the calls' purpose, which is a phase or a question of the judge. */
  readonly phase: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** @param tally What the same rows hold. */
export function countRun(
  { store, manifest }: { readonly store: Store; readonly manifest: Pick<Manifest, "identity"> },
  tally: Pick<Tally, "originalKept">,
): RunCounts {
  const outcomes = store.results.count();
  const endedAs = (wanted: OutcomeCount["outcome"]): number =>
    outcomes.reduce((total, { outcome, rows }) => total + (outcome === wanted ? rows : 0), 0);
  return {
    rows: rowCounts({ done: endedAs("done"), dropped: endedAs("dropped"), failed: endedAs("failed") }, tally),
    phases: phaseRows(outcomes, phaseOrder(manifest)),
    rejected: outcomes.filter(({ outcome }) => outcome !== "done"),
    calls: phaseCalls(store.journal.countPaid()),
    load: loadOf(store),
  };
}

/** Counts of rows by what they stand for, out of how their roads ended. */
export function rowCounts(ended: Pick<RowCounts, "done" | "dropped" | "failed">, { originalKept }: Pick<Tally, "originalKept">): RowCounts {
  const { done, dropped, failed } = ended;
  return { in: done + dropped + failed, done, writtenAnew: done - originalKept, originalKept, dropped, failed };
}

/** Failed rows that were not tried, because the run had stopped before it came to them. */
export function countNotTried(rejected: readonly Pick<OutcomeCount, "reason" | "rows">[]): number {
  return rejected.reduce((total, { reason, rows }) => total + (reason === notTried ? rows : 0), 0);
}

/**
 * Rows by phase, in the phases' order. A phase of another version that rows ended in comes after
 * the phases that this version knows.
 * @param order The phases of the run.
 */
export function phaseRows(outcomes: readonly Pick<OutcomeCount, "phase" | "rows">[], order: readonly string[]): PhaseRows[] {
  const endedIn = (phase: string): number => outcomes.reduce((total, count) => total + (count.phase === phase ? count.rows : 0), 0);
  let reached = outcomes.reduce((total, { rows }) => total + rows, 0) - endedIn("read");
  const others = outcomes.flatMap(({ phase }) => (phase === null || phase === "read" || order.includes(phase) ? [] : [phase]));
  return [...order, ...new Set(others.toSorted())].map((phase) => {
    const counted = { phase, in: reached, out: reached - endedIn(phase) };
    reached = counted.out;
    return counted;
  });
}

/**
 * Paid calls by purpose, over all models. The phases come first in their order, then other purposes
 * by name.
 */
export function phaseCalls(paid: readonly PaidCalls[]): PhaseCalls[] {
  const known: readonly string[] = phaseNames;
  const others = new Set(paid.map(({ phase }) => phase).filter((phase) => !known.includes(phase)));
  return [...known, ...[...others].toSorted()].flatMap((phase) => {
    const ofPhase = paid.filter((count) => count.phase === phase);
    if (ofPhase.length === 0) return [];
    const total = (key: "calls" | "inputTokens" | "outputTokens"): number => ofPhase.reduce((sum, count) => sum + count[key], 0);
    return [{ phase, calls: total("calls"), inputTokens: total("inputTokens"), outputTokens: total("outputTokens") }];
  });
}

function loadOf(store: Store): EndpointLoad[] {
  const noted = store.note("load");
  // A load that another version noted in another shape is not shown.
  return noted === undefined ? [] : (z.array(loadSchema).safeParse(JSON.parse(noted)).data ?? []);
}
