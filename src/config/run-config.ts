import { join } from "node:path";
import type { ColumnMapping } from "../datasets/formats/columns.ts";
import { inputName } from "../datasets/input.ts";
import { UsageError } from "../errors.ts";
import type { BatchOptions } from "../execution/batch/batch-options.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import type { BudgetLimits } from "../models/spending/budget.ts";
import type { PriceTable } from "../models/spending/prices.ts";
import { settingsOf, type PhaseSettings } from "../phases/index.ts";
import type { PresetName } from "../phases/presets.ts";
import { batchOptions, unaskedServer } from "./batch-keys.ts";
import { configSchema, type Config, type ConfigInput } from "./config-schema.ts";
import { judgeKeys, modelChoice, retrySettings } from "./model-settings.ts";
import { checkOwnTexts, readOwnTexts } from "./own-texts.ts";
import { parseGiven } from "./parse-given.ts";
import type { TagShares } from "../phases/prompts/tag-ask.ts";
import type { TagSet } from "../records/system-message/tag-set.ts";
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
  /** How long another process at work in the run directory is waited for. */
  readonly waitForLockMs: number;
  readonly rerunPhase: Config["rerunPhase"];
  /** Files of gates of the user's own. */
  readonly gates: readonly string[];
  readonly phases: PhaseSettings;
  /** The functionalities that phrases may serve. */
  readonly tags: TagSet;
  /** Wanted shares of messages with a tag. Empty if none is wanted. */
  readonly tagShares: TagShares;
  /** How calls are made in batches. Undefined when they are made online. */
  readonly batch: BatchOptions | undefined;
}

/**
 * Fills in the preset and the defaults.
 * @throws UsageError for a key or value that the schema does not know, when there is no input,
 * for a server without a model, and for a tag that cannot be, and for a mistake in a prompt,
 * demonstrations or guidance of the user's own.
 */
export function resolveConfig(given: ConfigInput): RunConfig {
  const config = parseGiven(configSchema, given);
  const { input } = config;
  if (input === undefined || input === "") throw new UsageError("No input. Give the path of a dataset, or - for JSON Lines on stdin.");
  const preset = config.preset ?? "standard";
  // Nobody is asked what a server enforces that may not even run yet.
  const isAsked = preset !== "paper" && config.batch !== "file";
  const models: Config = {
    ...config,
    constrain: config.constrain ?? (isAsked ? "auto" : "none"),
    ...(config.batch === "file" && { baseUrl: config.baseUrl ?? [unaskedServer] }),
  };
  const generator = modelChoice(models);
  const ofJudge = judgeKeys(models);
  const judge = hasOwnJudge(config) ? modelChoice({ ...ofJudge, model: ofJudge.model ?? generator.model }) : undefined;
  const tags = resolveTags(config.tags);
  return {
    input,
    out: config.out ?? join("runs", inputName(input)),
    generator,
    judge,
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
    waitForLockMs: 1_000 * (config.waitForLock ?? 0),
    rerunPhase: config.rerunPhase,
    gates: config.gates ?? [],
    phases: phaseSettings(preset, config, tags),
    tags,
    tagShares: resolveTagShares(config.tagShares, tags),
    batch: batchOptions(config, { generate: generator, verify: judge ?? generator, respond: generator }),
  };
}

/** @throws UsageError when a text of the user's own cannot be read or cannot work. */
function phaseSettings(preset: PresetName, config: Config, tags: TagSet): PhaseSettings {
  const { prompt: _prompt, demonstrations: _demonstrations, guidance: _guidance, ...generate } = config.generate ?? {};
  const { rubric: _rubric, ...verify } = config.verify ?? {};
  const { instructions: _instructions, ...respond } = config.respond ?? {};
  const texts = readOwnTexts(config);
  const settings = settingsOf(preset, {
    generate: { ...generate, texts: texts.generate },
    filter: { ...config.filter, repair: config.repair },
    verify: { ...verify, texts: texts.verify },
    respond: { ...respond, texts: texts.respond, ...(config.whenExhausted && { whenExhausted: config.whenExhausted }) },
  });
  checkOwnTexts(settings, tags);
  return settings;
}

/** Keys that make the judge another model than the generator, or call it in another way. */
const judgeSettings = [
  "judgeModel",
  "judgeBaseUrl",
  "judgeApiKeyEnv",
  "judgeHeaders",
  "judgeRequest",
  "judgeRequestsPerMinute",
  "judgeTokensPerMinute",
  "judgeTimeout",
] as const satisfies readonly (keyof Config)[];

function hasOwnJudge(config: Config): boolean {
  return judgeSettings.some((key) => config[key] !== undefined);
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
