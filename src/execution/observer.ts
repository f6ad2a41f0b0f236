import type { Progress } from "../hub/download.ts";
import type { Environment } from "../platform/environment.ts";
import type { ModelError } from "../errors.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import type { JournalEntry } from "../models/with-journal.ts";
import type { Outcome } from "../records/outcome.ts";

/** Told what happens while a run is at work: progress bars, logs. All are optional. */
export interface RunObserver {
  /** The run directory is open and rows begin to flow. */
  onStart?: (start: RunStart) => void;
  /** A row came out of a phase and goes on to the next. */
  onPhase?: (phase: string) => void;
  /** A row's road ended, in which phase when not done; `resumed` when it had ended in an earlier run of this directory. */
  onRow?: (end: RowEnd) => void;
  /** A call was paid and its reply is on disk. */
  onPaid?: (entry: JournalEntry) => void;
  /** A request brought no reply; it is made again where `error.retryable` and the budget allow. */
  onCallFailed?: (failure: CallFailure) => void;
  /** An endpoint takes more or fewer calls at once than before, or its circuit opened or closed. */
  onLoad?: (load: EndpointLoad) => void;
  /** Something that a person should know, said once. */
  onNotice?: (text: string) => void;
  /** An embedded model is being fetched. */
  onDownload?: (progress: Progress) => void;
}

export interface RowEnd {
  readonly outcome: Outcome["outcome"] | "resumed";
  /** `read`, the name of a phase, or that of a question of the judge. */
  readonly phase: string | undefined;
  readonly id: string;
  /** Why it is not in the dataset; undefined when it is. */
  readonly reason: string | undefined;
}

export interface CallFailure {
  /** The name of the call's purpose. */
  readonly phase: string;
  readonly model: string;
  /** Host, port and path of the server; undefined for a model in this process. */
  readonly endpoint: string | undefined;
  readonly error: ModelError;
  /** From the request to the error. */
  readonly tookMs: number;
}

export interface RunStart {
  readonly folder: string;
  readonly model: string;
  readonly judgeModel: string;
  /** Most calls at once; undefined: found by trying. */
  readonly concurrency: number | undefined;
  readonly format: string;
  /** How many rows there will be; may go through the whole input. Undefined where it can be read only once. */
  readonly countRows: () => Promise<number | undefined>;
}

export interface RunOptions {
  /** For keys, caches and hubs. Default `process.env`. */
  readonly env?: Environment;
  /** Read when the input is `-`. Default `process.stdin`. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Once aborted no further call begins; calls in flight at a server are left to end and are kept. */
  readonly signal?: AbortSignal;
  readonly observer?: RunObserver;
}
