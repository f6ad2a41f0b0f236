import { UsageError } from "../errors.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { defaultModelName } from "../models/weights/catalog.ts";
import type { Config } from "./config-schema.ts";
import { orderedFields } from "./request-fields.ts";

const defaultKeyVariable = "OPENAI_API_KEY";
const defaultTimeoutSeconds = 300;

/** Keys that say which model is called, where and how. */
export type ModelKeys = Pick<
  Config,
  | "model"
  | "baseUrl"
  | "apiKeyEnv"
  | "headers"
  | "request"
  | "constrain"
  | "timeout"
  | "contextSize"
  | "embedded"
  | "concurrency"
  | "requestsPerMinute"
  | "tokensPerMinute"
>;

/**
 * A model as it is called, with every default filled in.
 * @throws UsageError for a server without a model.
 */
export function modelChoice(keys: ModelKeys): ModelChoice {
  const { model, baseUrl: baseUrls = [] } = keys;
  if (baseUrls.length > 0 && model === undefined)
    throw new UsageError("--base-url needs --model: the name that the server gives its model.");
  return {
    model: model ?? defaultModelName,
    baseUrls,
    apiKeyEnv: keys.apiKeyEnv ?? defaultKeyVariable,
    headers: keys.headers ?? {},
    request: orderedFields(keys.request),
    constraintField: keys.constrain ?? "auto",
    timeoutMs: (keys.timeout ?? defaultTimeoutSeconds) * 1000,
    contextSize: keys.contextSize,
    embedded: keys.embedded ?? {},
    concurrency: keys.concurrency,
    requestsPerMinute: keys.requestsPerMinute,
    tokensPerMinute: keys.tokensPerMinute,
  };
}

/**
 * The keys of the judge in place of the generator's. What another server must not see or does not
 * share, which are headers and quotas, is not taken from the generator where the judge has servers
 * of its own. Fields of a request belong to a model, so another model does not take them over.
 */
export function judgeKeys(config: Config): ModelKeys {
  const { judgeModel, judgeBaseUrl } = config;
  const shared = judgeBaseUrl === undefined ? config : {};
  const isSameModel = judgeBaseUrl === undefined && (judgeModel === undefined || judgeModel === config.model);
  return {
    ...config,
    model: judgeModel ?? config.model,
    baseUrl: judgeBaseUrl ?? config.baseUrl,
    apiKeyEnv: config.judgeApiKeyEnv ?? config.apiKeyEnv,
    headers: config.judgeHeaders ?? shared.headers,
    request: config.judgeRequest ?? (isSameModel ? config.request : undefined),
    constrain: config.judgeConstrain ?? config.constrain,
    timeout: config.judgeTimeout ?? config.timeout,
    requestsPerMinute: config.judgeRequestsPerMinute ?? shared.requestsPerMinute,
    tokensPerMinute: config.judgeTokensPerMinute ?? shared.tokensPerMinute,
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
