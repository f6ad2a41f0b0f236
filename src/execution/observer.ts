import type { Progress } from "../hub/download.ts";
import type { Environment } from "../platform/environment.ts";
import type { ModelError } from "../errors.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import type { JournalEntry } from "../models/with-journal.ts";
import type { Calibration } from "../phases/calibration.ts";
import type { PhaseName } from "../phases/index.ts";
import type { Outcome } from "../records/outcome.ts";
import type { Prices } from "../runs/money.ts";
import type { ResponseOrigin } from "../records/response-origin.ts";

/**
 * Hears what happens while a run is at work. Progress bars and logs are observers. Every hook is
 * optional.
 */
export interface RunObserver {
  /** The run directory is open and rows begin to flow. */
  onStart?: (start: RunStart) => void;
  /** A row came out of a phase and goes on to the next. */
  onPhase?: (phase: PhaseName) => void;
  /**
   * A row's road ended. The outcome is `resumed` if an earlier run of this directory had taken the
   * row to its end.
   */
  onRow?: (end: RowEnd) => void;
  /** A call was paid and its reply is on disk. */
  onPaid?: (entry: JournalEntry) => void;
  /**
   * A request brought no reply. It is made again if `error.retryable` is true and the step's retry
   * budget allows.
   */
  onCallFailed?: (failure: CallFailure) => void;
  /** An endpoint takes more or fewer calls at once than before, or its circuit opened or closed. */
  onLoad?: (load: EndpointLoad) => void;
  /** The judge is through with one more row of its calibration's draw. Verdicts wait for all. */
  onCalibrating?: (drawn: DrawProgress) => void;
  /** It is known where the judge draws its lines. Verdicts come from here on. */
  onCalibrated?: (calibration: Calibration) => void;
  /** Something that a person should know, said once. */
  onNotice?: (text: string) => void;
  /** A sentence on what the servers were found to do. There is nothing to act on. */
  onFound?: (text: string) => void;
  /** An embedded model is being fetched. */
  onDownload?: (progress: Progress) => void;
}

/** How many rows of a draw a model was asked about. */
export interface DrawProgress {
  readonly asked: number;
  readonly of: number;
}

export interface RowEnd {
  readonly outcome: Outcome["outcome"] | "resumed";
  /**
   * Where the road ended. `read`, the name of a phase, or that of a question of the judge.
   * Undefined for a row that is done or resumed.
   */
  readonly phase: string | undefined;
  readonly id: string;
  /** The reason code of a row that is not in the dataset. Undefined for a row that is. */
  readonly reason: string | undefined;
  /** What a row that is done stands for (`rowOrigin`). Undefined for the others. */
  readonly responses?: ResponseOrigin | undefined;
}

export interface CallFailure {
  /** The name of the call's purpose. */
  readonly phase: string;
  readonly model: string;
  /** Host, port and path of the server. Undefined for a model in process. */
  readonly endpoint: string | undefined;
  readonly error: ModelError;
  /** From the request to the error. */
  readonly tookMs: number;
}

export interface RunStart {
  readonly folder: string;
  readonly model: string;
  readonly judgeModel: string;
  /** Most calls at once. Undefined if the limit is found by trying. */
  readonly concurrency: number | undefined;
  readonly format: string;
  /** Prices of the models, of those that are known. Undefined where nobody asks for them. */
  readonly prices?: () => Promise<Prices>;
  /**
   * Counts the rows of the input. It may read the whole input. The result is undefined for an input
   * that can be read only once.
   */
  readonly countRows: () => Promise<number | undefined>;
}

export interface RunOptions {
  /** For keys, caches and hubs. Default `process.env`. */
  readonly env?: Environment;
  /** Read when the input is `-`. Default `process.stdin`. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /**
   * Once aborted, no further call begins. Calls in flight at a server are left to end, and their
   * replies are kept.
   */
  readonly signal?: AbortSignal;
  /**
   * No model is asked. A row whose call the journal does not hold ends without an outcome, neither
   * failed nor done, and the run ends `stopped`. Default false.
   */
  readonly journalOnly?: boolean;
  readonly observer?: RunObserver;
}
