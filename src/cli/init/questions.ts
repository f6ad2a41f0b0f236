import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import type { Config } from "../../config/config-schema.ts";
import { resolveConfig } from "../../config/run-config.ts";
import { inputName } from "../../datasets/input.ts";
import { inspectDataset, type Inspection } from "../../datasets/inspect.ts";
import { cpuThreads } from "../../models/embedded/cpu-threads.ts";
import { freeMemory } from "../../models/embedded/free-memory.ts";
import { listModels } from "../../models/openai/list-models.ts";
import { wantsKey } from "../../models/openai/request-headers.ts";
import { catalog, defaultModelName } from "../../models/weights/catalog.ts";
import { recommendedModel } from "../../models/weights/recommend.ts";
import type { Environment } from "../../platform/environment.ts";
import { counted, thousands } from "../../texts/number-text.ts";
import type { Asker, Choice, Question } from "./asker.ts";
import { findData } from "./find-data.ts";
import { findServers, type FoundServer } from "./find-servers.ts";

/** Keys of the config file that answer a question. */
export type Answers = Pick<
  Config,
  "input" | "instructionColumn" | "responseColumn" | "model" | "baseUrl" | "apiKeyEnv" | "judgeModel" | "judgeBaseUrl" | "sample" | "out"
>;

/** Every question is answered, and what the data was found to hold. */
export interface Answered extends Answers {
  readonly input: string;
  readonly model: string;
  readonly out: string;
  readonly data: Inspection;
}

export interface Surroundings {
  readonly cwd: string;
  readonly env: Environment;
}

interface Server {
  readonly baseUrl: string;
  readonly apiKeyEnv: string | undefined;
  /** Empty where it did not say. */
  readonly names: readonly string[];
}

const rowsToBeginWith = 100;
/** Enough to detect a format and to see what the rows are like. */
const rowsInspected = 1_000;

/**
 * Asks what the options did not answer. The questions are where the data is, where the model runs,
 * who judges, and how many rows are taken.
 * @throws UsageError for an answer that is no good where nobody can be asked again.
 */
export async function askAll(given: Answers, asker: Asker, { cwd, env }: Surroundings): Promise<Answered> {
  const { input, data } = await askData(given, asker, cwd);
  const { model, server } = await askModel(given, asker, env);
  const judge = await askJudge(given, asker, env, server);
  const sample = given.sample ?? (await askSample(asker, data));
  return {
    ...given,
    input,
    model,
    ...(server && { baseUrl: given.baseUrl?.slice(1).length ? given.baseUrl : [server.baseUrl] }),
    ...(server?.apiKeyEnv !== undefined && { apiKeyEnv: server.apiKeyEnv }),
    ...judge,
    sample,
    out: given.out ?? freeFolder(cwd, inputName(input)),
    data,
  };
}

/** A run directory that is not in use yet, as `runs/<name>` or `runs/<name>-2`. */
function freeFolder(cwd: string, name: string): string {
  for (let number = 1; ; number++) {
    const folder = join("runs", number === 1 ? name : `${name}-${number}`);
    if (!existsSync(join(cwd, folder))) return folder;
  }
}

async function askData(given: Answers, asker: Asker, cwd: string): Promise<{ input: string; data: Inspection }> {
  const question: Question = { text: "Where is the data?", flag: "its path: sysgen init <input>" };
  const files = given.input === undefined ? await findData(cwd) : [];
  const found = files.map(({ path, bytes }): Choice<string | undefined> => ({
    value: path,
    label: path,
    hint: `${thousands(bytes / 1000)} kB`,
  }));
  const elsewhere: Choice<undefined> = { value: undefined, label: "elsewhere, or on the Hugging Face hub" };
  for (let again = false; ; again = true) {
    const chosen = again ? undefined : given.input;
    const offered = asker.canAskAgain ? [...found, elsewhere] : found;
    const input =
      chosen ??
      (offered.length > 1 || found.length > 0 ? await asker.select(question, offered, asker.canAskAgain) : undefined) ??
      (await asker.text({ ...question, text: "Path, pattern such as 'data/*.parquet', or hf:<owner>/<dataset>" }));
    try {
      const config = resolveConfig({ input, instructionColumn: given.instructionColumn, responseColumn: given.responseColumn });
      const data = await asker.wait(`reading ${input}`, inspectDataset({ ...config, stdin: process.stdin, most: rowsInspected }));
      asker.say(`${input}: ${dataWords(data)}`);
      return { input, data };
    } catch (error) {
      if (!asker.canAskAgain || !(error instanceof UsageError)) throw error;
      asker.say(error.message);
    }
  }
}

/** What was found in the data, such as `question-answer, 400 rows`. */
export function dataWords({ format, rows, looked, examples, withSystemMessage }: Inspection): string {
  const count = rows.count === undefined ? "rows not counted" : `${rows.isExact ? "" : "about "}${counted(rows.count, "row")}`;
  const unusable = looked - examples;
  const read = looked === rows.count ? "" : ` of the ${thousands(looked)} that were read`;
  return [
    format,
    count,
    ...(unusable > 0 ? [`${thousands(unusable)}${read} cannot be used (sysgen inspect says why)`] : []),
    ...(withSystemMessage > 0 ? [`${thousands(withSystemMessage)}${read} hold a system message already`] : []),
  ].join(", ");
}

async function askModel(given: Answers, asker: Asker, env: Environment): Promise<{ model: string; server: Server | undefined }> {
  const [baseUrl] = given.baseUrl ?? [];
  if (baseUrl === undefined && given.model !== undefined) return { model: given.model, server: undefined };
  const where = baseUrl === undefined ? await askWhere(asker, env) : { baseUrl };
  if ("model" in where) return { model: where.model, server: undefined };
  const server = await connect(where.baseUrl, given, asker, env);
  const model = given.model ?? (await askName("Which of its models writes?", "--model <name>", server, asker));
  if (server.names.length > 0 && !server.names.includes(model))
    asker.say(`${model} is not among the models that the server lists: ${server.names.slice(0, 10).join(", ")}.`);
  return { model, server };
}

/** A model in process, or the base URL of a server. */
async function askWhere(asker: Asker, env: Environment): Promise<{ model: string } | { baseUrl: string }> {
  const recommended = recommendedModel({ freeBytes: freeMemory(), cores: cpuThreads() });
  const model = recommended?.name ?? defaultModelName;
  const megabytes = catalog.find(({ name }) => name === model)?.bytes ?? 0;
  const servers: readonly FoundServer[] = asker.canAskAgain ? await asker.wait("looking for servers", findServers(env)) : [];
  const choices: Choice<"process" | "server" | FoundServer>[] = [
    ...servers.map((server) => ({ value: server, label: server.baseUrl, hint: `serves ${server.names.slice(0, 3).join(", ")}` })),
    {
      value: "process",
      label: `in process, ${model}`,
      hint: `${recommended ? "recommended for this machine" : "more than this machine has memory for"}, ${thousands(megabytes / 1e6)} MB, fetched once`,
    },
    { value: "server", label: "a server elsewhere", hint: "vLLM, SGLang, llama.cpp, Ollama, OpenAI and others" },
  ];
  const chosen = await asker.select(
    { text: "Where does the model run?", flag: "--base-url <url>, or --model <name> in process" },
    choices,
    true,
  );
  if (chosen === "process") return { model };
  return { baseUrl: chosen === "server" ? await askUrl(asker, "--base-url <url>") : chosen.baseUrl };
}

function askUrl(asker: Asker, flag: string): Promise<string> {
  return asker.text({ text: "The server's base URL, such as http://gpu1:8000/v1", flag });
}

/** Asks a server for its models, and the user for the name of the key's variable where one is wanted. */
async function connect(baseUrl: string, given: Answers, asker: Asker, env: Environment): Promise<Server> {
  let apiKeyEnv = given.apiKeyEnv;
  let url = baseUrl;
  for (;;) {
    try {
      const options = { baseUrl: url, apiKeyEnv: apiKeyEnv ?? "OPENAI_API_KEY", timeoutMs: 10_000, env };
      const listed = await asker.wait(`asking ${new URL(url).host} for its models`, listModels(options));
      if ("names" in listed) return { baseUrl: listed.baseUrl, apiKeyEnv, names: listed.names };
      asker.say(listed.problem);
      const needsKey = listed.wantsKey || wantsKey(new URL(url));
      if (!needsKey || !asker.canAskAgain || apiKeyEnv !== undefined) return { baseUrl: url, apiKeyEnv, names: [] };
      apiKeyEnv = await asker.text({ text: "Which environment variable holds its key?", flag: "--api-key-env <VAR>" }, "OPENAI_API_KEY");
      if (!env[apiKeyEnv]) asker.say(`${apiKeyEnv} is not set here. Set it before the run.`);
    } catch (error) {
      if (!asker.canAskAgain || !(error instanceof UsageError || error instanceof TypeError)) throw error;
      asker.say(error instanceof UsageError ? error.message : `${url} is no web address.`);
      url = await askUrl(asker, "--base-url <url>");
    }
  }
}

async function askName(text: string, flag: string, { baseUrl, names }: Server, asker: Asker): Promise<string> {
  const [only] = names;
  if (only === undefined) return asker.text({ text: "The model's name on the server", flag });
  if (names.length > 1)
    return asker.select(
      { text, flag },
      names.map((name) => ({ value: name, label: name })),
      false,
    );
  asker.say(`${baseUrl} serves ${only}.`);
  return only;
}

async function askJudge(
  given: Answers,
  asker: Asker,
  env: Environment,
  server: Server | undefined,
): Promise<Pick<Answers, "judgeModel" | "judgeBaseUrl">> {
  if (given.judgeModel !== undefined || given.judgeBaseUrl !== undefined) return {};
  const others = (server?.names ?? []).length > 1;
  const choices: Choice<"same" | "another" | "elsewhere">[] = [
    { value: "same", label: "the same model" },
    ...(others ? [{ value: "another" as const, label: "another model of the same server" }] : []),
    { value: "elsewhere", label: "a model on another server" },
  ];
  const who = await asker.select({ text: "Who judges the system messages?", flag: "--judge-model <name>" }, choices, true);
  if (who === "same") return {};
  const text = "Which model judges?";
  if (who === "another" && server) return { judgeModel: await askName(text, "--judge-model <name>", server, asker) };
  const judge = await connect(await askUrl(asker, "--judge-base-url <url>"), given, asker, env);
  return { judgeBaseUrl: [judge.baseUrl], judgeModel: await askName(text, "--judge-model <name>", judge, asker) };
}

/** Rows to draw. Undefined for all of them. */
function askSample(asker: Asker, { rows }: Inspection): Promise<number | undefined> {
  const all: Choice<undefined> = { value: undefined, label: rows.count === undefined ? "all rows" : `all ${thousands(rows.count)} rows` };
  const some = { value: rowsToBeginWith, label: `${rowsToBeginWith} rows at random`, hint: "more later, and none is paid twice" };
  const few = { value: 20, label: "20 rows at random", hint: "a first look" };
  const isSmall = rows.count !== undefined && rows.isExact && rows.count <= rowsToBeginWith;
  return asker.select<number | undefined>({ text: "How many rows?", flag: "--sample <n>" }, isSmall ? [all, few] : [some, few, all], true);
}
