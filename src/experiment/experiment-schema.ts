import { z } from "zod";
import { configSchema } from "../config/config-schema.ts";
import { requestSchema } from "../config/request-fields.ts";
import { evaluateOptionsSchema } from "../evaluation/evaluate-config.ts";
import { trainOptionsSchema } from "../training/train-config.ts";
import { variantNames } from "./variants.ts";

const text = z.string().min(1);
const count = z.int().min(1);
const systemPlace = z.enum(["system", "user"]);
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);

const modelSchema = z.strictObject({
  model: text.describe("a Hugging Face folder, a hub id or a named model"),
  name: text.optional().describe("its name in tables; default the last part of model"),
  run: text.optional().describe("the run whose rows this model is trained on; default the experiment's"),
  kdRun: text.optional().describe("the run for the variant kd, made by another model; default the experiment's"),
  gguf: z
    .union([z.literal(true), text])
    .optional()
    .describe(
      "also write each trained model as GGUF, and ask it in process, which a machine without a GPU does many times faster; the base's own .gguf file or named model, or true where model is one; tasks of the harness load the folder",
    ),
  systemRole: z.enum(["system", "first-user", "template"]).optional().describe("for a model without a system role"),
});

const benchmarkSchema = z.strictObject({
  on: text.describe("the benchmark's name, as sysgen evaluate --on has it"),
  data: text.optional().describe("a file of the benchmark's data in place of the hub's"),
  limit: count.optional().describe("take this many items; the result is partial"),
  shots: z.int().min(0).optional().describe("examples before each question, for tasks of the harness; default the task's own"),
  systemAs: oneOrMore(systemPlace)
    .optional()
    .describe("where system messages are put: system, user, or both for the paper's table of roles; default system"),
  judgeRuns: count.optional().describe("how often each item is judged; default 1"),
});

const judgeSchema = z.strictObject({
  model: text.describe("the judge's name on its server, a named embedded model or a .gguf file"),
  baseUrl: oneOrMore(text).optional().describe("OpenAI-compatible servers of the judge; without it the judge runs in process"),
  apiKeyEnv: text.optional().describe("the environment variable that holds the judge's key; default OPENAI_API_KEY"),
  headers: configSchema.shape.judgeHeaders.describe("further headers of each request"),
  request: requestSchema.describe("further fields of each request's body"),
});

/** What a training may be told, without what the cells say. */
const trainSettingsSchema = trainOptionsSchema.omit({
  run: true,
  model: true,
  variant: true,
  out: true,
  seed: true,
  systemRole: true,
  sameRowsAs: true,
  gguf: true,
  python: true,
});

/** What an evaluation may be told, without what the cells say. */
const evaluateSettingsSchema = evaluateOptionsSchema
  .pick({
    temperature: true,
    maxOutputTokens: true,
    judgeMaxOutputTokens: true,
    hideSystem: true,
    seed: true,
    concurrency: true,
    timeout: true,
    maxRetries: true,
    judgeTimeout: true,
    judgeRequestsPerMinute: true,
    judgeTokensPerMinute: true,
    contextSize: true,
    maxCalls: true,
    maxTokens: true,
    maxCost: true,
  })
  .strict();

/** What experiment.yaml may say. */
export const experimentSchema = z.strictObject({
  run: text.optional().describe("the run whose rows the models are trained on"),
  kdRun: text.optional().describe("the run of another model, for the variant kd"),
  models: z
    .array(z.union([text, modelSchema]))
    .min(1)
    .describe("the students: a folder, a hub id or a named model each"),
  variants: z.array(z.enum(variantNames)).min(1).optional().describe("default all but kd"),
  benchmarks: z
    .array(z.union([text, benchmarkSchema]))
    .min(1)
    .describe("what each trained model is evaluated on"),
  seeds: z.array(z.int().min(0)).min(1).optional().describe("each is a training of its own; default [0]"),
  train: trainSettingsSchema.optional().describe("settings of the training, as the flags of sysgen train"),
  evaluate: evaluateSettingsSchema.optional().describe("settings of the evaluation, as the flags of sysgen evaluate"),
  judge: judgeSchema.optional().describe("the model that judges, for benchmarks that need one"),
  prices: configSchema.shape.prices,
  dataRoot: text.optional().describe("a folder laid out as the hub is, with the harness tasks' data"),
  python: text.optional().describe("the Python interpreter; default the one of sysgen python install"),
  out: text.optional().describe("the experiment's folder; default experiments/<name of the file>"),
});

export type ExperimentInput = z.infer<typeof experimentSchema>;

/** The settings of a training with every default filled in. */
export const defaultTrainSettings = trainSettingsSchema.parse({});
