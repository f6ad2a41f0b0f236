import { join } from "node:path";
import type { ColumnMapping } from "../datasets/formats/columns.ts";
import { inputName } from "../datasets/input.ts";
import { UsageError } from "../errors.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import type { BudgetLimits } from "../models/spending/budget.ts";
import type { PriceTable } from "../models/spending/prices.ts";
import { settingsOf, type PhaseSettings } from "../phases/index.ts";
import type { PresetName } from "../phases/presets.ts";
import type { TagShares } from "../phases/prompts/tag-ask.ts";
import type { TagSet } from "../records/system-message/tag-set.ts";
import type { Config } from "./config-schema.ts";
import { modelChoice, retrySettings } from "./model-settings.ts";
import { resolveTags, resolveTagShares } from "./tags.ts";

/** A configuration with every default filled in. */
export interface RunConfig {
  readonly input: string;
  readonly out: string;
  /** The model that generates and responds. */
  readonly generator: ModelChoice;
  /** The model that verifies. Undefined when the generator does. */
  readonly judge: ModelChoice | undefined;
  readonly preset: PresetName;
  readonly format: string | undefined;
  readonly fileType: string | undefined;
  /** The user's own columns, which mean the format `columns`. */
  readonly columns: ColumnMapping | undefined;
  readonly offset: number | undefined;
  readonly limit: number | undefined;
  readonly sample: number | undefined;
  readonly concurrency: number | undefined;
  readonly budget: BudgetLimits;
  /** Rows to try anew, each as `dropped` or `dropped:<reason>`. */
  readonly retry: readonly string[];
  readonly seed: number | undefined;
  readonly existingSystem: "drop" | "replace";
  readonly maxRetries: number;
  readonly maxReasks: number;
  readonly maxRowBytes: number;
  readonly prices: PriceTable;
  readonly force: boolean;
  readonly rerunPhase: Config["rerunPhase"];
  readonly phases: PhaseSettings;
  /** The functionalities that phrases may serve. */
  readonly tags: TagSet;
  /** Wanted shares of messages with a tag. Empty if none is wanted. */
  readonly tagShares: TagShares;
}

/**
 * Fills in the preset and the defaults.
 * @throws UsageError when there is no input, a server without a model, or a tag that cannot be.
 */
export function resolveConfig(config: Config): RunConfig {
  const { input } = config;
  if (input === undefined || input === "") throw new UsageError("No input. Give the path of a dataset, or - for JSON Lines on stdin.");
  const { model, baseUrl: baseUrls, apiKeyEnv, headers, judgeModel, judgeBaseUrl, judgeApiKeyEnv, judgeHeaders } = config;
  const generator = modelChoice({ model, baseUrls, apiKeyEnv, headers }, config);
  const preset = config.preset ?? "standard";
  const tags = resolveTags(config.tags);
  const isSameJudge = judgeModel === undefined && judgeBaseUrl === undefined && judgeHeaders === undefined;
  return {
    input,
    out: config.out ?? join("runs", inputName(input)),
    generator,
    judge: isSameJudge
      ? undefined
      : {
          ...generator,
          model: judgeModel ?? generator.model,
          baseUrls: judgeBaseUrl ?? generator.baseUrls,
          apiKeyEnv: judgeApiKeyEnv ?? generator.apiKeyEnv,
          // Headers may hold keys, and another server is not to see them.
          headers: judgeHeaders ?? (judgeBaseUrl === undefined ? generator.headers : {}),
        },
    preset,
    format: config.format,
    fileType: config.fileType,
    columns: columnsOf(config),
    offset: config.offset,
    limit: config.limit,
    sample: config.sample,
    concurrency: config.concurrency,
    budget: { maxCalls: config.maxCalls, maxTokens: config.maxTokens, maxCost: config.maxCost },
    retry: config.retry ?? [],
    seed: config.seed,
    existingSystem: config.existingSystem ?? "drop",
    ...retrySettings(config),
    maxRowBytes: config.maxRowBytes ?? 8 * 1024 * 1024,
    prices: config.prices ?? {},
    force: config.force ?? false,
    rerunPhase: config.rerunPhase,
    phases: settingsOf(preset, {
      ...config,
      filter: { ...config.filter, repair: config.repair },
      respond: { ...config.respond, ...(config.whenExhausted && { whenExhausted: config.whenExhausted }) },
    }),
    tags,
    tagShares: resolveTagShares(config.tagShares, tags),
  };
}

/** @throws UsageError when one of the two columns is missing. */
function columnsOf({ format, instructionColumn, responseColumn, systemColumn }: Config): ColumnMapping | undefined {
  if (instructionColumn === undefined && responseColumn === undefined && systemColumn === undefined) return undefined;
  if (instructionColumn === undefined || responseColumn === undefined)
    throw new UsageError("--instruction-column and --response-column go together: give both.");
  if (format !== undefined && format !== "columns")
    throw new UsageError(`--format ${format} finds its columns itself; leave out either it or --instruction-column.`);
  return { instruction: instructionColumn, response: responseColumn, system: systemColumn };
}
