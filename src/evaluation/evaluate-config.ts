import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { configSchema, type Config, type ConfigInput } from "../config/config-schema.ts";
import { judgeKeys, modelChoice, retrySettings } from "../config/model-settings.ts";
import { parseGiven } from "../config/parse-given.ts";
import { UsageError } from "../errors.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { nothing, type BudgetLimits, type Spending } from "../models/spending/budget.ts";
import type { PriceTable } from "../models/spending/prices.ts";
import { systemRoles, type SystemRole } from "../training/train-record.ts";

const dataFlag = /^([^=]+)=(.+)$/s;
const dataByName = z.union(
  [
    z.record(z.string(), z.string()),
    z.array(z.string().regex(dataFlag)).transform((flags) => Object.fromEntries(flags.map((flag) => dataFlag.exec(flag)?.slice(1) ?? []))),
  ],
  "expected a benchmark and its file, such as sysbench=sessions.json",
);
const shotsFlag = /^(?:([^=]+)=)?(\d+)$/;
/** Examples of harness tasks by name. Those of the name `all` hold for the others. */
const shotsByName = z.union(
  [
    z.record(z.string(), z.int().min(0)),
    z
      .array(z.string().regex(shotsFlag))
      .transform((flags) =>
        Object.fromEntries(flags.map((flag) => (([, name = "all", shots]) => [name, Number(shots)])(shotsFlag.exec(flag) ?? []))),
      ),
  ],
  "expected a number of examples, or a benchmark and its number, such as mmlu=0",
);
const names = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [
    ...new Set(
      [given]
        .flat()
        .flatMap((text) => text.split(","))
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    ),
  ])
  .pipe(z.array(z.string()).min(1));

/** Options of `sysgen evaluate`. Each flag has its key here. */
export const evaluateOptionsSchema = configSchema
  .pick({
    baseUrl: true,
    apiKeyEnv: true,
    headers: true,
    request: true,
    contextSize: true,
    judgeModel: true,
    judgeBaseUrl: true,
    judgeApiKeyEnv: true,
    judgeHeaders: true,
    judgeRequest: true,
    judgeRequestsPerMinute: true,
    judgeTokensPerMinute: true,
    judgeTimeout: true,
    limit: true,
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
    log: true,
    quiet: true,
    json: true,
  })
  .extend({
    on: names,
    out: z.string().min(1),
    data: dataByName.optional(),
    run: z.string().optional(),
    heldOut: z.number().gt(0).lt(1).optional(),
    splitSeed: z.int().optional(),
    systemAs: z.enum(["system", "user"]).optional(),
    systemRole: z.enum(systemRoles).optional(),
    judgeRuns: z.int().min(1).max(100).optional(),
    judgeMaxOutputTokens: z.int().min(1).optional(),
    hideSystem: z.boolean().optional(),
    temperature: z.number().min(0).max(2).optional(),
    maxOutputTokens: z.int().min(1).optional(),
    python: z.string().optional(),
    dataRoot: z.string().optional(),
    shots: shotsByName.optional(),
    tokenizer: z.string().optional(),
  });
export type EvaluateOptions = z.input<typeof evaluateOptionsSchema>;

/** Configuration of an evaluation, with every default filled in. */
export interface EvaluateConfig {
  /** The model as the user names it. */
  readonly model: string;
  /** The model as it is called. For a Hugging Face folder the address is set once it is served. */
  readonly target: ModelChoice;
  /** Undefined where the user names none. Judged benchmarks need one. */
  readonly judge: ModelChoice | undefined;
  /** Benchmarks in the order in which they are asked. */
  readonly on: readonly string[];
  readonly out: string;
  /** The user's own data by benchmark. */
  readonly data: Readonly<Record<string, string>>;
  /** The run whose rows the benchmark `own` asks about. */
  readonly run: string | undefined;
  /** The draw of rows that the model was not trained on. Undefined means as `train.json` says. */
  readonly heldOut: number | undefined;
  readonly splitSeed: number | undefined;
  readonly systemAs: "system" | "user";
  readonly systemRole: SystemRole | undefined;
  /** Items of each benchmark that are asked at most. */
  readonly limit: number | undefined;
  /**
   * Whether a record of more items than the limit gives way to one of the limit's. The journal
   * keeps what was paid. Default is that the larger one stays.
   */
  readonly isLimitExact: boolean;
  /** How often each item is judged. Default 1. */
  readonly judgeRuns: number;
  /**
   * Most tokens of a judge's reply, thoughts included. Undefined means what each question needs.
   */
  readonly judgeMaxOutputTokens: number | undefined;
  /** Whether the judge of multifacet does not see the system message. */
  readonly hideSystem: boolean;
  /** Default 0. */
  readonly temperature: number;
  /** Most tokens of an answer. Undefined means the benchmark's own. */
  readonly maxOutputTokens: number | undefined;
  readonly seed: number | undefined;
  readonly python: string | undefined;
  /** Folder of the datasets of lm-evaluation-harness, laid out like the hub. Default the hub. */
  readonly dataRoot: string | undefined;
  /** Worked examples before a question by task of the harness, and `all` for the others. */
  readonly shots: Readonly<Record<string, number>>;
  /** Folder or hub name of a server's tokenizer, for tasks of the harness that compare choices. */
  readonly tokenizer: string | undefined;
  readonly concurrency: number | undefined;
  readonly budget: BudgetLimits;
  /** What counts toward the budget besides this evaluation, as in an experiment. */
  readonly spentElsewhere: Spending;
  readonly maxRetries: number;
  readonly maxReasks: number;
  readonly prices: PriceTable;
}

/**
 * Resolves the options of an evaluation. They win over the config file, whose word on servers,
 * their limits, the judge and prices holds too. Its rows, its seed and its budget do not.
 * @param model A Hugging Face folder, an embedded model, or a name on the server of `baseUrl`.
 * @throws UsageError for an option or value that the schema does not know.
 */
export function resolveEvaluateConfig(model: string, given: EvaluateOptions, inFile: ConfigInput = {}): EvaluateConfig {
  const options = parseGiven(evaluateOptionsSchema, given);
  const file = parseGiven(configSchema, inFile);
  if (model.trim() === "") throw new UsageError("Which model is to be evaluated? Give a folder, a .gguf file or a model's name.");
  const merged: Config = { ...file, ...keysOfConfig(options), model };
  const target = modelChoice({
    ...merged,
    baseUrl: options.baseUrl,
    apiKeyEnv: options.apiKeyEnv,
    headers: options.headers,
    request: options.request,
  });
  const judgeModel = options.judgeModel ?? file.judgeModel;
  const judge = judgeModel === undefined ? undefined : modelChoice(judgeKeys({ ...merged, judgeModel }));
  return {
    model,
    target,
    // A model that judges itself is loaded once.
    judge: isDeepStrictEqual(judge, target) ? target : judge,
    on: options.on,
    out: options.out,
    data: options.data ?? {},
    run: options.run,
    heldOut: options.heldOut,
    splitSeed: options.splitSeed,
    systemAs: options.systemAs ?? "system",
    systemRole: options.systemRole,
    limit: options.limit,
    isLimitExact: false,
    judgeRuns: options.judgeRuns ?? 1,
    judgeMaxOutputTokens: options.judgeMaxOutputTokens,
    hideSystem: options.hideSystem ?? false,
    temperature: options.temperature ?? 0,
    maxOutputTokens: options.maxOutputTokens,
    seed: options.seed,
    python: options.python,
    dataRoot: options.dataRoot,
    shots: options.shots ?? {},
    tokenizer: options.tokenizer,
    concurrency: merged.concurrency,
    budget: { maxCalls: options.maxCalls, maxTokens: options.maxTokens, maxCost: options.maxCost },
    spentElsewhere: nothing,
    ...retrySettings(merged),
    prices: merged.prices ?? {},
  };
}

/** The options that a config file may say too. */
function keysOfConfig(options: z.infer<typeof evaluateOptionsSchema>): Config {
  const { on: _on, out: _out, ...rest } = options;
  return Object.fromEntries(Object.entries(rest).filter(([key]) => key in configSchema.shape));
}
