import type { EmbeddedSettings } from "./embedded/layout.ts";
import type { OutputForm, RequestFields } from "./model.ts";
import type { ConstraintField } from "./openai/wire.ts";
import type { OwnModel } from "./own/own-model.ts";

/** Which model is called, and how. Two choices with equal fields are still two models. */
export interface ModelChoice {
  /** With servers, the name that they give the model. Without, an embedded model's name or path. */
  readonly model: string;
  /** Servers of the same weights, such as `http://gpu1:8000/v1`. Empty for a model in process. */
  readonly baseUrls: readonly string[];
  /** The environment variable that holds the key. */
  readonly apiKeyEnv: string;
  /**
   * Further headers of each request. `${NAME}` in a value stands for the environment variable of
   * that name.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** Further fields of each request's body, with their keys in alphabetical order. */
  readonly request?: RequestFields | undefined;
  /** `auto` means that it is to be found out (`probe-constraint.ts`). */
  readonly constraintField: ConstraintField | "auto";
  /** The form that prompts ask for already, which `auto` keeps to. */
  readonly outputForm?: OutputForm | undefined;
  /** How long one call may take. */
  readonly timeoutMs: number;
  /** Tokens of context of an embedded model. Undefined means its default. */
  readonly contextSize: number | undefined;
  readonly embedded: EmbeddedSettings;
  /** A model of the user's own, in place of servers and the embedded engine. */
  readonly own?: OwnModel | undefined;
  /** Most calls at once over all servers. Undefined means that the limit is found by trying. */
  readonly concurrency: number | undefined;
  /** The user's own limit for each server. */
  readonly requestsPerMinute: number | undefined;
  /** The user's own limit for each server, prompt and reply. */
  readonly tokensPerMinute: number | undefined;
}

/**
 * The names of models in process, whose calls cost nothing. A name that a server's model has too is
 * none of them.
 */
export function freeNames(named: readonly (readonly [choice: ModelChoice, name: string])[]): string[] {
  const isInProcess = ({ baseUrls, own }: ModelChoice): boolean => baseUrls.length === 0 && own === undefined;
  const others = new Set(named.flatMap(([choice, name]) => (isInProcess(choice) ? [] : [name])));
  return named.flatMap(([, name]) => (others.has(name) ? [] : [name]));
}
