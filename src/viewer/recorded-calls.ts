import { fromJournal, NotPaid } from "../estimate/from-journal.ts";
import { callShape } from "./call-shape.ts";
import { replayRoad } from "../pipeline/replay-road.ts";
import type { Model, ModelCall, ModelReply } from "../models/model.ts";
import type { NamedModel, RunSettings } from "./run-settings.ts";
import type { CallShape, CallsReply } from "./wire-shapes.ts";
import type { StoredRow } from "./stored-row.ts";

export interface RecordedCallsOptions {
  readonly row: StoredRow;
  readonly settings: RunSettings;
  readonly reply: (address: string) => ModelReply | undefined;
  /** How often each phase of this row was asked anew. */
  readonly round: (phase: string) => number;
}

/**
 * Finds the model calls behind a row. The row goes through the phases again, and the journal
 * answers in place of the models. No model is called, and nothing is written.
 */
export async function recordedCalls({ row, settings, reply, round }: RecordedCallsOptions): Promise<CallsReply> {
  if ("problem" in row.entry.content) return { calls: [], note: "The row could not be read, so no model was asked about it." };
  const { replay } = settings;
  if (replay === undefined)
    return { calls: [], note: "The run has settings that this version of sysgen does not know, so its calls cannot be found again." };
  const calls: CallShape[] = [];
  const answered = fromJournal(replay.config, reply);
  const answer = (phase: string, call: ModelCall, { name }: Model): ModelReply => {
    const paid = answered(phase, call, name);
    calls.push(callShape(phase, name, call, paid));
    if (paid === undefined) throw new NotPaid();
    return paid;
  };
  try {
    await replayRoad(row.entry, {
      config: replay.config,
      model: uncalled(replay.model),
      judge: uncalled(replay.judge),
      answer,
      round,
      calibration: replay.calibration,
      signal: new AbortController().signal,
    });
    return { calls, note: replay.hasOwnCode ? ownCodeNote : null };
  } catch (error) {
    if (!(error instanceof NotPaid)) throw error;
    if (replay.hasOwnCode) return { calls, note: ownCodeNote };
    return {
      calls,
      note: "The last call has no reply in the journal: it failed, or the run goes on with another configuration or input than this row was made with.",
    };
  }
}

const ownCodeNote = "The run has gates or phases of its user's own. They are not asked here, so calls that they led to may be missing.";

/** A model that is never called, because its calls are answered in its place. */
export function uncalled(model: NamedModel): Model {
  const call = (): Promise<never> => Promise.reject(new TypeError("a viewer calls no model"));
  return { ...model, rowsAtOnce: 1, call, close: () => Promise.resolve() };
}
