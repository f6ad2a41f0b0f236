import type { ModelErrorKind } from "../errors.ts";
import type { Progress } from "../hub/download.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import type { ModelReply } from "../models/model.ts";
import type { RowEnd } from "../execution/observer.ts";
import type { Calibration } from "../phases/calibration.ts";
import type { RecordedEnd } from "./record-run.ts";
import type { TotalsSoFar } from "./totals.ts";

/**
 * A line of the event log without its `time` (docs/observability.md). Undefined values are left out
 * of the line. No event holds the text of a message, or a key.
 */
export type RunEvent =
  | RunStartEvent
  | ({ readonly event: "row" } & RowEnd)
  | CallEvent
  | CallFailedEvent
  | ({ readonly event: "load" } & EndpointLoad)
  | ({ readonly event: "calibrated" } & Calibration)
  | { readonly event: "notice"; readonly text: string }
  | ({ readonly event: "download" } & Progress)
  | RunEndEvent;

/** Rows begin to flow. */
export interface RunStartEvent {
  readonly event: "run-start";
  readonly version: string;
  readonly folder: string;
  readonly model: string;
  readonly judgeModel: string;
  /** The limit of calls in flight. Undefined when the run finds it by trying. */
  readonly concurrency: number | undefined;
  /** Name of the input's format. */
  readonly format: string;
}

/** A call was paid and its reply is on disk. */
export interface CallEvent {
  readonly event: "call";
  readonly phase: string;
  readonly model: string;
  readonly endpoint: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly tookMs: number | undefined;
  /** Why the reply ended. */
  readonly finishReason: ModelReply["finishReason"];
}

/**
 * A request brought no reply. The error's message is left out, because some servers quote the
 * request in it.
 */
export interface CallFailedEvent {
  readonly event: "call-failed";
  readonly phase: string;
  readonly model: string;
  readonly endpoint: string | undefined;
  readonly error: ModelErrorKind;
  readonly retryable: boolean;
  /** How long the server asked the client to wait. */
  readonly retryAfterMs: number | undefined;
  readonly tookMs: number;
}

/** The run ended. The totals are those of this invocation. */
export interface RunEndEvent extends TotalsSoFar {
  readonly event: "run-end";
  readonly state: RecordedEnd["state"];
  /** The message of the error that stopped the run. */
  readonly error: string | undefined;
}
