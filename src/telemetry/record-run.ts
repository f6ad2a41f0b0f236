import { isAbort, messageOf } from "../errors.ts";
import type { RunObserver } from "../execution/observer.ts";
import { combineObservers } from "./combine-observers.ts";

/** Keeps or sends what a run tells: the event log, OpenTelemetry. */
export interface Recorder {
  readonly observer: RunObserver;
  /** Says how the run ended, and lets go of file and connection. Never rejects: a recorder that is in trouble ends no run. */
  end(end: RecordedEnd): Promise<void>;
}

export interface RecordedEnd {
  readonly state: "finished" | "interrupted" | "stopped";
  /** What ended a stopped run. */
  readonly error?: { readonly type: string; readonly message: string };
}

export interface RecordRunOptions {
  /** Undefined ones are passed over. */
  readonly recorders: readonly (Recorder | undefined)[];
  /** Told beside the recorders, before them. */
  readonly observer?: RunObserver | undefined;
  /** The run's own: once aborted, the run was interrupted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` under the recorders' eyes and tells each of them how it ended, also when it throws.
 * @param endOf How a run that did not throw ended; by default the signal tells.
 * @throws what `work` throws.
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
