import { isAbort, messageOf } from "../errors.ts";
import type { RunObserver } from "../execution/observer.ts";
import { combineObservers } from "./combine-observers.ts";

/** Stores or sends the events of a run. The event log and OpenTelemetry are recorders. */
export interface Recorder {
  readonly observer: RunObserver;
  /**
   * Records how the run ended, and closes file and connection. Never rejects, so that a recorder's
   * failure fails no run.
   */
  end(end: RecordedEnd): Promise<void>;
}

/** How a run ended. */
export interface RecordedEnd {
  readonly state: "finished" | "interrupted" | "stopped";
  /** The error of a stopped run. */
  readonly error?: { readonly type: string; readonly message: string };
}

/** How a run ended, from its summary. A run that stopped by itself has why. */
export function endOfSummary({ state, stoppedBy, waiting }: Ended): RecordedEnd {
  if (stoppedBy === undefined) return { state };
  return { state, error: { type: waiting === undefined ? "BudgetSpent" : "RowsWait", message: stoppedBy } };
}

interface Ended extends Pick<RecordedEnd, "state"> {
  readonly stoppedBy?: string | undefined;
  /** Rows that wait for a reply. */
  readonly waiting?: number | undefined;
}

/** Options of `recordRun`. */
export interface RecordRunOptions {
  /** The recorders of the run. Undefined ones are skipped. */
  readonly recorders: readonly (Recorder | undefined)[];
  /** One more observer, called before the recorders. */
  readonly observer?: RunObserver | undefined;
  /** The run's own signal. A run whose signal is aborted counts as interrupted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` with an observer that passes all events to the recorders. Then ends each recorder,
 * even when `work` throws.
 * @param endOf How a run that did not throw ended. By default `interrupted` when the signal is
 * aborted, else `finished`.
 * @throws what `work` throws. An AbortError is recorded as `interrupted`, any other error as
 * `stopped`.
 */
export async function recordRun<Result>(
  { recorders, observer, signal }: RecordRunOptions,
  work: (observer: RunObserver) => Promise<Result>,
  endOf?: (result: Result) => RecordedEnd,
): Promise<Result> {
  const present = recorders.filter((recorder) => recorder !== undefined);
  const endAll = (end: RecordedEnd): Promise<unknown> => Promise.all(present.map((recorder) => recorder.end(end)));
  let result: Result;
  try {
    result = await work(combineObservers(observer, ...present.map((recorder) => recorder.observer)));
  } catch (error) {
    const type = error instanceof Error ? error.name : "Error";
    await endAll(isAbort(error) ? { state: "interrupted" } : { state: "stopped", error: { type, message: messageOf(error) } });
    throw error;
  }
  await endAll(endOf?.(result) ?? { state: signal?.aborted === true ? "interrupted" : "finished" });
  return result;
}
