import { z } from "zod";
import { constraintFields } from "../models/openai/wire.ts";
import { defaultModelName } from "../models/weights/catalog.ts";
import { phaseConfigShape, phaseNames } from "../phases/index.ts";
import { presetNames } from "../phases/presets.ts";
import { batchSchema } from "./batch-keys.ts";
import { requestSchema } from "./request-fields.ts";
import { tagSharesSchema, tagsSchema } from "./tags.ts";

const count = z.int().min(1);
const dollars = z.number().min(0);
const tokenPrice = z.strictObject({ input: dollars, output: dollars });
const timeout = z.number().positive().max(1_000_000).optional();
const constrain = z.enum(["auto", ...constraintFields]).optional();
const texts = z.union([z.string(), z.array(z.string())]).transform((value) => (typeof value === "string" ? [value] : value));
const headerLine = /^\s*([^\s:]+)\s*:\s*(.*)$/;
const headerLines = z.array(z.string().regex(headerLine)).transform((lines) =>
  Object.fromEntries(
    lines.map((line) => {
      const [, name = "", value = ""] = headerLine.exec(line) ?? [];
      return [name, value] as const;
    }),
  ),
);
const headers = z
  .union([z.record(z.string(), z.string()), headerLines], "expected a name and a value, such as 'api-key: ${MY_KEY}'")
  .optional();

/**
 * What a config file may say. Each command-line flag has its key here. The settings of the phases
 * have no flags.
 */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe("the path of config-schema.json in the package, by which editors complete and check the file"),
  input: z
    .string()
    .optional()
    .describe(
      "the dataset: a .jsonl, .json, .parquet, .csv or .tsv file (also .gz, .zst), a folder, a pattern such as data/*.parquet, hf:<owner>/<dataset>, or - for stdin",
    ),
  fileType: z.string().optional().describe("the file type where the name does not tell it, such as csv on stdin"),
  out: z.string().optional().describe("the run directory; default runs/<input name>"),
  model: z
    .string()
    .optional()
    .describe(
      `the model's name on the server, a named embedded model, hf:<owner>/<name>[@revision]/<file>.gguf, or the path of a .gguf file; default ${defaultModelName}`,
    ),
  baseUrl: texts
    .optional()
    .describe("one or more OpenAI-compatible servers, such as http://gpu1:8000/v1; without it the model runs in process"),
  apiKeyEnv: z.string().optional().describe("the environment variable that holds the key; default OPENAI_API_KEY"),
  headers: headers.describe(
    "further headers of each request, {<name>: <value>}; `${NAME}` in a value is the environment variable of that name; with one that holds a key, such as api-key, no other key is sent",
  ),
  request: requestSchema.describe(
    "further fields of each request's body, any JSON, such as {top_p: 0.9, chat_template_kwargs: {enable_thinking: false}}; in process top_p, min_p, top_k, stop and penalties",
  ),
  judgeModel: z.string().optional().describe("the model that verifies; default the same"),
  judgeBaseUrl: texts.optional().describe("where the judge is reached; default the same servers"),
  judgeApiKeyEnv: z.string().optional().describe("the environment variable that holds the judge's key; default the same"),
  judgeHeaders: headers.describe("the same for the judge; default the same headers, and none where the judge has servers of its own"),
  judgeRequest: requestSchema.describe(
    "the same for the judge; default the same where the judge is the same model at the same servers, else none",
  ),
  judgeConstrain: constrain.describe("how the judge's server can hold the replies of sysgen judge to a form; default as constrain"),
  judgeRequestsPerMinute: count
    .optional()
    .describe("most requests a minute to each server of the judge; default the same, and none where the judge has servers of its own"),
  judgeTokensPerMinute: count
    .optional()
    .describe("most tokens a minute of each server of the judge; default the same, and none where the judge has servers of its own"),
  judgeTimeout: timeout.describe("seconds that one call to the judge may take; default as timeout"),
  preset: z.enum(presetNames).optional().describe("standard, or paper for the method as published"),
  format: z.string().optional().describe("how a row holds its conversation; default detected"),
  instructionColumn: z
    .string()
    .optional()
    .describe("the column that holds the instruction, or a path such as turns.0.text; with responseColumn"),
  responseColumn: z.string().optional().describe("the column that holds the response"),
  systemColumn: z.string().optional().describe("the column that holds a system message, beside those two"),
  offset: z.int().min(0).optional().describe("rows to skip at the beginning"),
  limit: count.optional().describe("rows to take at most"),
  sample: count.optional().describe("rows to draw at random out of these, by the seed"),
  concurrency: count
    .max(10_000)
    .optional()
    .describe("most calls at once, over all servers; default: found by trying, up to 256 a server; in process, what the engine holds"),
  requestsPerMinute: count.optional().describe("most requests a minute to each server (RPM)"),
  tokensPerMinute: count.optional().describe("most tokens a minute, prompt and reply, of each server (TPM)"),
  maxCalls: count.optional().describe("calls to pay at most over the life of the run directory"),
  maxTokens: count.optional().describe("tokens, prompt and reply, to use at most over the life of the run directory"),
  maxCost: z.number().positive().optional().describe("US dollars to spend at most over the life of the run directory"),
  seed: z.int().optional().describe("seed for sampling and for the drawn rows; a server gets one only when it is given here"),
  gates: texts
    .optional()
    .describe(
      "files of gates of one's own, such as ./my-gate.mjs: an ES module whose default export is a gate ([library.md](library.md#a-gate))",
    ),
  repair: z.boolean().optional().describe("mend tags that have one sure reading; default true, false in preset paper"),
  tags: tagsSchema.optional().describe("functionalities of one's own that are added, and those of the eight that are left out"),
  tagShares: tagSharesSchema
    .optional()
    .describe("the share of messages that is to have a tag, from 0 to 1, which generation is steered to: {Tool: 0.2}; default as it comes"),
  whenExhausted: z
    .enum(["keep-original", "drop"])
    .optional()
    .describe("what becomes of a response that is still caught once asking again is used up; default keep-original"),
  existingSystem: z
    .enum(["drop", "replace"])
    .optional()
    .describe("rows that hold a system message already: drop (has-system-message) or replace it"),
  constrain: constrain.describe(
    "how the server can hold output to a form; default auto, which finds out with one small call, and none in preset paper",
  ),
  maxRetries: z.int().min(0).optional().describe("retries of one call, for any reason; default 12"),
  maxReasks: z
    .int()
    .min(0)
    .optional()
    .describe("how many of them may go to replies that came but were no good; default 2, 0 for generate in preset paper"),
  timeout: timeout.describe("seconds that one call may take; default 300, less once replies of its kind are known to come much faster"),
  contextSize: count.optional().describe("tokens of context of an embedded model; default 4096"),
  embedded: z
    .strictObject({
      contexts: count
        .max(256)
        .optional()
        .describe("contexts of an embedded model, which decode on their own; default one a core, at most 8"),
      sequences: count.max(256).optional().describe("calls that a context decodes together; default 1, 8 on a GPU"),
      threads: count.max(256).optional().describe("threads of each context; default the cores divided by the contexts"),
      flashAttention: z.boolean().optional().describe("default false, true on a GPU"),
      gpu: z.enum(["auto", "off"]).optional().describe("off leaves a GPU alone; default auto"),
    })
    .optional()
    .describe("how an embedded model uses the machine"),
  maxRowBytes: count.optional().describe("a larger row is rejected unread; default 8388608"),
  batch: batchSchema
    .optional()
    .describe(
      "calls go to the server's batch API, at half the price with most providers ([batch.md](batch.md)): true, phases such as [generate, respond], or file for files that vllm run-batch answers",
    ),
  batchLeast: z
    .int()
    .min(0)
    .optional()
    .describe("when fewer calls than this are left and no batch is open, they are made online at full price; default 200, 0 with file"),
  wait: z.boolean().optional().describe("false ends the command, with exit code 4, while batches are open; default true"),
  log: z.string().min(1).optional().describe("a file that the run's events are appended to, as JSON lines"),
  prices: z
    .record(z.string(), tokenPrice.extend({ batch: tokenPrice.optional() }))
    .optional()
    .describe(
      "what models cost, in US dollars per million tokens: {<model's name>: {input: 0.15, output: 0.6, batch: {input: 0.075, output: 0.3}}}; default list prices",
    ),
  quiet: z.boolean().optional().describe("no progress"),
  json: z.boolean().optional().describe("the summary as JSON on stdout"),
  force: z.boolean().optional().describe("go on in a run directory that was made with another configuration"),
  retry: texts
    .pipe(z.array(z.string().regex(/^dropped(:[a-z0-9-]+)?$/, "expected dropped, or dropped:<reason> with a reason of rejected.jsonl")))
    .optional()
    .describe("dropped rows to try anew: dropped, or dropped:<reason>; failed ones are tried again in any case"),
  waitForLock: z
    .number()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe("seconds to wait for another process that is at work in the run directory; default 0"),
  rerunPhase: z.enum(phaseNames).optional().describe("ask for this phase's replies anew, and go on with another configuration from there"),
  ...phaseConfigShape,
});

/** A configuration as the schema reads it. */
export type Config = z.infer<typeof configSchema>;
/** A configuration as a file or a program may write it. For example `baseUrl` may be one text. */
export type ConfigInput = z.input<typeof configSchema>;
