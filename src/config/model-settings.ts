import { UsageError } from "../errors.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { defaultModelName } from "../models/weights/catalog.ts";
import type { Config } from "./config-schema.ts";

const defaultKeyVariable = "OPENAI_API_KEY";
const defaultTimeoutSeconds = 300;

/** Keys that say how a model is called, whichever model it is. */
export type CallKeys = Pick<
  Config,
  "constrain" | "timeout" | "contextSize" | "embedded" | "concurrency" | "requestsPerMinute" | "tokensPerMinute"
>;

/** Keys that say which model is called, and where. */
export interface ModelKeys {
  readonly model: string | undefined;
  readonly baseUrls: readonly string[] | undefined;
  readonly apiKeyEnv: string | undefined;
  /** Default none. */
  readonly headers?: ModelChoice["headers"] | undefined;
}

/**
 * A model as it is called, with every default filled in.
 * @throws UsageError for a server without a model.
 */
export function modelChoice(
  { model, baseUrls = [], apiKeyEnv = defaultKeyVariable, headers = {} }: ModelKeys,
  keys: CallKeys,
): ModelChoice {
  if (baseUrls.length > 0 && model === undefined)
    throw new UsageError("--base-url needs --model: the name that the server gives its model.");
  return {
    model: model ?? defaultModelName,
    baseUrls,
    apiKeyEnv,
    headers,
    constraintField: keys.constrain ?? "none",
    timeoutMs: (keys.timeout ?? defaultTimeoutSeconds) * 1000,
    contextSize: keys.contextSize,
    embedded: keys.embedded ?? {},
    concurrency: keys.concurrency,
    requestsPerMinute: keys.requestsPerMinute,
    tokensPerMinute: keys.tokensPerMinute,
  };
}

/**
 * How often a step is asked again. The default is 12 retries, of which at most 2 go to replies that
 * came and were no good.
 */
export function retrySettings({ maxRetries = 12, maxReasks = 2 }: Pick<Config, "maxRetries" | "maxReasks">): {
  readonly maxRetries: number;
  readonly maxReasks: number;
} {
  return { maxRetries, maxReasks };
}
