import type { ModelErrorKind } from "../errors.ts";
import type { Progress } from "../hub/download.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import type { ModelReply } from "../models/model.ts";
import type { RowEnd } from "../execution/observer.ts";
import type { RecordedEnd } from "./record-run.ts";
import type { TotalsSoFar } from "./totals.ts";

/** A line of the event log (docs/observability.md), without its `time`. What is undefined is left out. No event holds text of a message or a key. */
export type RunEvent =
  | RunStartEvent
  | ({ readonly event: "row" } & RowEnd)
  | CallEvent
  | CallFailedEvent
  | ({ readonly event: "load" } & EndpointLoad)
  | { readonly event: "notice"; readonly text: string }
  | ({ readonly event: "download" } & Progress)
  | RunEndEvent;

export interface RunStartEvent {
  readonly event: "run-start";
  readonly version: string;
  readonly folder: string;
  readonly model: string;
  readonly judgeModel: string;
  /** Most calls at once; undefined: found by trying. */
  readonly concurrency: number | undefined;
  /** How rows hold their conversation. */
  readonly format: string;
}

export interface CallEvent {
  readonly event: "call";
  readonly phase: string;
  readonly model: string;
  readonly endpoint: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly tookMs: number | undefined;
  readonly finishReason: ModelReply["finishReason"];
}

/** Without the error's message: some servers quote the request in it. */
export interface CallFailedEvent {
  readonly event: "call-failed";
  readonly phase: string;
  readonly model: string;
  readonly endpoint: string | undefined;
  readonly error: ModelErrorKind;
  readonly retryable: boolean;
  /** How long the server asked us to wait. */
  readonly retryAfterMs: number | undefined;
  readonly tookMs: number;
}

export interface RunEndEvent extends TotalsSoFar {
  readonly event: "run-end";
  readonly state: RecordedEnd["state"];
  /** The sentence that a stopped run ended with. */
  readonly error: string | undefined;
}
