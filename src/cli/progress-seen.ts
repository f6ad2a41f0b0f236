import type { DrawProgress } from "../execution/observer.ts";
import { phaseNames } from "../phases/index.ts";
import { projectedCost, type Prices } from "../runs/money.ts";
import { dollars, duration, thousands } from "../texts/number-text.ts";

/** Rows by phase. */
type PhaseRows = Map<string, number>;

function noRows(): PhaseRows {
  return new Map(phaseNames.map((phase) => [phase, 0]));
}

/** Counts one more row at a phase. */
export function addRow(rows: PhaseRows, phase: string): void {
  rows.set(phase, (rows.get(phase) ?? 0) + 1);
}

/** What the observer has seen so far. */
export class Seen {
  readonly startedMs = performance.now();
  /** Rows that a phase is through with, whether they go on or not. */
  readonly passed = noRows();
  started = false;
  ended = 0;
  resumed = 0;
  /** Rows that never come to a phase, because they ended before it. */
  readonly rejectedBefore = noRows();
  /** Rows that are done and keep an original response. */
  originalKept = 0;
  failed = 0;
  /** Failed rows that were not tried, because the run had stopped. */
  notTried = 0;
  dropped = 0;
  outputTokens = 0;
  calls = 0;
  /** Of the models whose price is known. */
  prices: Prices = new Map();
  /** US dollars paid in this invocation, as far as prices are known. */
  dollars = 0;
  /** How far the judge's calibration is. Undefined before it begins and after its end. */
  calibrating: DrawProgress | undefined;
  /** Rows of the input. Undefined until they are counted. */
  total: number | undefined;

  get seconds(): number {
    return Math.max(0.001, (performance.now() - this.startedMs) / 1000);
  }

  get eta(): string {
    const worked = this.ended - this.resumed;
    if (this.total === undefined || worked === 0) return "-";
    return duration(((this.total - this.ended) * this.seconds) / worked);
  }
}

export interface Display {
  say(text: string): void;
  end(): void;
}

/** What verdicts wait for. Empty once the judge is calibrated. */
export function calibrationNote({ calibrating }: Seen): string {
  return calibrating === undefined ? "" : `calibrating the judge: ${calibrating.asked} of ${calibrating.of} rows`;
}

/** Rows that ended in another way than the user hopes for. */
export function endings({ originalKept, dropped, failed, notTried }: Seen): string {
  const untried = notTried > 0 ? ` (${thousands(notTried)} not tried)` : "";
  return `${thousands(originalKept)} keep the original, ${thousands(dropped)} dropped, ${thousands(failed)} failed${untried}`;
}

/** Rows and output tokens a second, the time that is left, and dollars where they are known. */
export function rates(seen: Seen): string {
  const rate = ((seen.ended - seen.resumed) / seen.seconds).toFixed(2);
  return `${rate} rows/s, ${thousands(seen.outputTokens / seen.seconds)} tokens/s, ETA ${seen.eta}${money(seen)}`;
}

/** Dollars of this invocation so far, and what all its rows will have cost at this rate. */
function money({ prices, dollars: spent, total, ended, resumed }: Seen): string {
  if (prices.size === 0) return "";
  const worked = ended - resumed;
  const said = (value: number): string => dollars({ value, bar: 0 });
  const projected = total === undefined ? null : projectedCost(spent, worked, total - resumed);
  return `, ${said(spent)}${projected === null ? "" : ` of some ${said(projected)}`}`;
}
