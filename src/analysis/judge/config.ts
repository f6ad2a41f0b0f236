import { z } from "zod";
import { configSchema, type Config } from "../../config.ts";
import { UsageError } from "../../errors.ts";
import type { BudgetLimits } from "../../models/budget.ts";
import type { ModelChoice } from "../../models/open-model.ts";
import type { PriceTable } from "../../models/prices.ts";
import type { JudgeMode } from "./pair-question.ts";

/** What a run's config file says of models, servers and their limits holds for judging too; rows, output and budget do not. */
const fromFile = {
  model: true,
  baseUrl: true,
  apiKeyEnv: true,
  judgeModel: true,
  judgeBaseUrl: true,
  judgeApiKeyEnv: true,
  concurrency: true,
  requestsPerMinute: true,
  tokensPerMinute: true,
  constrain: true,
  maxRetries: true,
  maxReasks: true,
  timeout: true,
  contextSize: true,
  prices: true,
  log: true,
  quiet: true,
} as const;
const fileSchema = configSchema.pick(fromFile).strip();

/** What `sysgen judge` may be told; each flag has its key here. */
export const judgeOptionsSchema = configSchema
  .pick({ ...fromFile, sample: true, seed: true, maxCalls: true, maxTokens: true, maxCost: true, json: true })
  .extend({
    secondJudgeModel: z.string().optional(),
    secondJudgeBaseUrl: configSchema.shape.baseUrl,
    secondJudgeApiKeyEnv: z.string().optional(),
    hideSystem: z.boolean().optional(),
    maxOutputTokens: z.int().min(1).optional(),
  });
export type JudgeOptions = z.infer<typeof judgeOptionsSchema>;

/** How a run is judged, with every default filled in. */
export interface JudgeConfig {
  /** The run directory. */
  readonly run: string;
  readonly judge: ModelChoice;
  readonly secondJudge: ModelChoice | undefined;
  readonly mode: JudgeMode;
  /** Rows to draw at most. Default 1,000. */
  readonly sample: number;
  /** Of the draw and of the bootstrap; no server gets it. Default 0. */
  readonly seed: number;
  readonly concurrency: number | undefined;
  /** For the calls of judging alone, over the life of the run directory. */
  readonly budget: BudgetLimits;
  /** Default 12. */
  readonly maxRetries: number;
  /** Default 2. */
  readonly maxReasks: number;
  /** Tokens of one reply, thoughts included; undefined: what reasons and verdicts need. */
  readonly maxOutputTokens: number | undefined;
  readonly prices: PriceTable;
}

export const defaultSample = 1_000;

/**
 * Options over a run's config file over the defaults.
 * @throws UsageError when no judge is named.
 */
export function resolveJudgeConfig(run: string, options: JudgeOptions, file: Config = {}): JudgeConfig {
  const given = { ...fileSchema.parse(file), ...options };
  const model = given.judgeModel ?? given.model;
  if (model === undefined)
    throw new UsageError(
      "Which model is to judge? Give --judge-model: best one of another family than the model that wrote the responses.",
    );
  const judge: ModelChoice = {
    model,
    baseUrls: given.judgeBaseUrl ?? given.baseUrl ?? [],
    apiKeyEnv: given.judgeApiKeyEnv ?? given.apiKeyEnv ?? "OPENAI_API_KEY",
    constraintField: given.constrain ?? "none",
    timeoutMs: (given.timeout ?? 300) * 1000,
    contextSize: given.contextSize,
    concurrency: given.concurrency,
    requestsPerMinute: given.requestsPerMinute,
    tokensPerMinute: given.tokensPerMinute,
  };
  if (given.secondJudgeModel === undefined && given.secondJudgeBaseUrl !== undefined)
    throw new UsageError("--second-judge-base-url needs --second-judge-model: the name that the server gives its model.");
  return {
    run,
    judge,
    secondJudge:
      given.secondJudgeModel === undefined
        ? undefined
        : {
            ...judge,
            model: given.secondJudgeModel,
            baseUrls: given.secondJudgeBaseUrl ?? judge.baseUrls,
            apiKeyEnv: given.secondJudgeApiKeyEnv ?? judge.apiKeyEnv,
          },
    mode: given.hideSystem === true ? "system-hidden" : "system-shown",
    sample: given.sample ?? defaultSample,
    seed: given.seed ?? 0,
    concurrency: given.concurrency,
    budget: { maxCalls: given.maxCalls, maxTokens: given.maxTokens, maxCost: given.maxCost },
    maxRetries: given.maxRetries ?? 12,
    maxReasks: given.maxReasks ?? 2,
    maxOutputTokens: given.maxOutputTokens,
    prices: given.prices ?? {},
  };
}
