import { z } from "zod";
import { configSchema, type Config, type ConfigInput } from "../../config/config-schema.ts";
import { judgeBatchOptions, unaskedServer } from "../../config/batch-keys.ts";
import { judgeKeys, modelChoice, retrySettings } from "../../config/model-settings.ts";
import { parseGiven } from "../../config/parse-given.ts";
import { UsageError } from "../../errors.ts";
import type { BatchOptions } from "../../execution/batch/batch-options.ts";
import type { BudgetLimits } from "../../models/spending/budget.ts";
import type { ModelChoice } from "../../models/model-choice.ts";
import type { PriceTable } from "../../models/spending/prices.ts";
import type { JudgeMode } from "./pair-question.ts";

/** Options of `sysgen judge`. Each flag has its key here. */
export const judgeOptionsSchema = configSchema
  .pick({
    judgeModel: true,
    judgeBaseUrl: true,
    judgeApiKeyEnv: true,
    judgeHeaders: true,
    judgeRequest: true,
    sample: true,
    seed: true,
    concurrency: true,
    requestsPerMinute: true,
    tokensPerMinute: true,
    maxCalls: true,
    maxTokens: true,
    maxCost: true,
    constrain: true,
    maxRetries: true,
    timeout: true,
    batchLeast: true,
    wait: true,
    log: true,
    quiet: true,
    json: true,
  })
  .extend({
    batch: z.union([z.boolean(), z.literal("file")], "expected no value, or file").optional(),
    secondJudgeModel: z.string().optional(),
    secondJudgeBaseUrl: configSchema.shape.baseUrl,
    secondJudgeApiKeyEnv: z.string().optional(),
    hideSystem: z.boolean().optional(),
    maxOutputTokens: z.int().min(1).optional(),
  });
export type JudgeOptions = z.input<typeof judgeOptionsSchema>;

/** Configuration of a judging, with every default filled in. */
export interface JudgeConfig {
  /** The run directory. */
  readonly run: string;
  readonly judge: ModelChoice;
  readonly secondJudge: ModelChoice | undefined;
  readonly mode: JudgeMode;
  /** Most rows to draw. Default 1,000. */
  readonly sample: number;
  /** Seed of the draw and of the bootstrap. It is sent to no server. Default 0. */
  readonly seed: number;
  /** Most calls at once. Undefined when it is to be found by trying. */
  readonly concurrency: number | undefined;
  /** Limits of the calls of judging alone, over the life of the run directory. */
  readonly budget: BudgetLimits;
  /** Retries of one call, for any reason. Default 12. */
  readonly maxRetries: number;
  /** How many of these retries may go to replies that cannot be read. Default 2. */
  readonly maxReasks: number;
  /**
   * Most tokens of one reply, thoughts included. Undefined means what reasons and verdicts need.
   */
  readonly maxOutputTokens: number | undefined;
  readonly prices: PriceTable;
  /** How calls are made in batches. Undefined when they are made online. */
  readonly batch: BatchOptions | undefined;
}

const defaultSample = 1_000;

/**
 * Resolves the options of a judging. They win over the run's config file, and the file over the
 * defaults. What the file says of models, servers, their limits and prices holds for judging too.
 * Its rows, its seed and its budget do not.
 * @throws UsageError for an option or value that the schema does not know, when no judge is named,
 * and when the second judge has a server and no name
 */
export function resolveJudgeConfig(run: string, given: JudgeOptions, inFile: ConfigInput = {}): JudgeConfig {
  const options = parseGiven(judgeOptionsSchema, given);
  const file = parseGiven(configSchema, inFile);
  const {
    secondJudgeModel,
    secondJudgeBaseUrl,
    secondJudgeApiKeyEnv,
    hideSystem,
    maxOutputTokens,
    sample,
    seed,
    batch,
    batchLeast,
    wait,
    ...others
  } = options;
  // Flags of `sysgen judge` are about the judge alone, so they win over what the file says of it.
  const merged: Config = {
    ...file,
    ...others,
    judgeConstrain: options.constrain ?? file.judgeConstrain,
    judgeTimeout: options.timeout ?? file.judgeTimeout,
    judgeRequestsPerMinute: options.requestsPerMinute ?? file.judgeRequestsPerMinute,
    judgeTokensPerMinute: options.tokensPerMinute ?? file.judgeTokensPerMinute,
  };
  const model = merged.judgeModel ?? merged.model;
  if (model === undefined)
    throw new UsageError(
      "Which model is to judge? Give --judge-model: best one of another family than the model that wrote the responses.",
    );
  if (secondJudgeModel === undefined && secondJudgeBaseUrl !== undefined)
    throw new UsageError("--second-judge-base-url needs --second-judge-model: the name that the server gives its model.");
  const keys = judgeKeys(merged);
  // Nobody is asked what a server enforces that may not even run yet.
  const unasked = batch === "file" && { baseUrl: keys.baseUrl ?? [unaskedServer], constrain: keys.constrain ?? "none" };
  const judge = modelChoice({ ...keys, model, ...unasked });
  const isElsewhere = secondJudgeBaseUrl !== undefined;
  const second = {
    ...judge,
    baseUrls: secondJudgeBaseUrl ?? judge.baseUrls,
    apiKeyEnv: secondJudgeApiKeyEnv ?? judge.apiKeyEnv,
    headers: isElsewhere ? {} : judge.headers,
    request: undefined,
    requestsPerMinute: isElsewhere ? undefined : judge.requestsPerMinute,
    tokensPerMinute: isElsewhere ? undefined : judge.tokensPerMinute,
  };
  return {
    run,
    judge,
    secondJudge: secondJudgeModel === undefined ? undefined : { ...second, model: secondJudgeModel },
    mode: hideSystem === true ? "system-hidden" : "system-shown",
    sample: sample ?? defaultSample,
    seed: seed ?? 0,
    concurrency: merged.concurrency,
    budget: { maxCalls: options.maxCalls, maxTokens: options.maxTokens, maxCost: options.maxCost },
    ...retrySettings(merged),
    maxOutputTokens,
    prices: merged.prices ?? {},
    batch: judgeBatchOptions({ batch, batchLeast, wait }, judge),
  };
}
