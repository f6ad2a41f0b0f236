import type { Progress } from "../hub/download.ts";
import type { Environment } from "../platform/environment.ts";
import type { BatchPort } from "./batch-port.ts";
import type { ModelChoice } from "./model-choice.ts";
import type { Model } from "./model.ts";
import type { ConstraintField } from "./openai/wire.ts";

/** What of a model decides the data. It is known before the model is opened. */
export type ModelIdentity = Pick<Model, "name" | "outputForm" | "questionsAtOnce" | "request">;

/** The weights of a model in one place. */
export interface Replica {
  /** Host, port and path of the server. Undefined for a model in process. */
  readonly address: string | undefined;
  readonly model: Model;
  /** How its calls go into batches. Undefined for a model that takes none. */
  readonly batch?: BatchPort;
}

export interface BackendOptions {
  /** For keys, caches and hubs. */
  readonly env: Environment;
  /** Told once of each thing that a user should know. */
  readonly onNotice: (text: string) => void;
  /** A refusal of the output constraint is an error. Otherwise calls go on without it. */
  readonly mustConstrain?: boolean;
  /** An embedded model is being fetched. */
  readonly onDownload?: ((progress: Progress) => void) | undefined;
}

/** A way to reach models. `models/index.ts` has the table of backends. */
export interface Backend {
  readonly name: string;
  /** Whether a choice means this backend. */
  serves(choice: ModelChoice): boolean;
  /** @throws UsageError when the choice names no model, or a base URL or a key cannot be used. */
  identify(choice: ModelChoice, env: Environment): Promise<ModelIdentity>;
  /** Calls at once to reckon with before anything was tried. */
  likelyConcurrency(choice: ModelChoice): number;
  /**
   * The constraint fields that `auto` tries, the best first. Empty where nothing is to be tried.
   */
  readonly constraints: readonly ConstraintField[];
  /** The model's replicas, at least one. Nothing is fetched, loaded or called yet. */
  open(choice: ModelChoice, options: BackendOptions): Promise<readonly Replica[]>;
}
