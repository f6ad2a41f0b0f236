import { existsSync } from "node:fs";
import { join } from "node:path";
import { inputName } from "../../datasets/input.ts";
import type { Inspection } from "../../datasets/inspect.ts";
import { cpuThreads } from "../../models/embedded/cpu-threads.ts";
import { freeMemory } from "../../models/embedded/free-memory.ts";
import { catalog, defaultModelName } from "../../models/weights/catalog.ts";
import { recommendedModel } from "../../models/weights/recommend.ts";
import type { Environment } from "../../platform/environment.ts";
import { thousands } from "../../texts/number-text.ts";
import type { Answered, Answers } from "./answers.ts";
import { askData } from "./ask-data.ts";
import { askName, askServer, type Server } from "./ask-server.ts";
import type { Asker, Choice } from "./asker.ts";
import { findServers, type FoundServer } from "./find-servers.ts";

export interface Surroundings {
  readonly cwd: string;
  readonly env: Environment;
}

const rowsToBeginWith = 100;

/**
 * Asks what the options did not answer. The questions are where the data is, where the model runs,
 * who judges, and how many rows are taken.
 * @throws UsageError for an answer that is no good where nobody can be asked again.
 */
export async function askAll(given: Answers, asker: Asker, { cwd, env }: Surroundings): Promise<Answered> {
  const data = await askData(given, asker, cwd);
  const { model, server } = await askModel(given, asker, env);
  const judge = await askJudge(given, asker, env, server);
  const sample = given.sample ?? (await askSample(asker, data.data));
  return {
    ...given,
    ...data,
    model,
    ...(server && { baseUrl: [server.baseUrl, ...(given.baseUrl ?? []).slice(1)] }),
    ...(server?.apiKeyEnv !== undefined && { apiKeyEnv: server.apiKeyEnv }),
    ...judge,
    sample,
    out: given.out ?? freeFolder(cwd, inputName(data.input)),
  };
}

/** A run directory that is not in use yet, as `runs/<name>` or `runs/<name>-2`. */
function freeFolder(cwd: string, name: string): string {
  for (let number = 1; ; number++) {
    const folder = join("runs", number === 1 ? name : `${name}-${number}`);
    if (!existsSync(join(cwd, folder))) return folder;
  }
}

async function askModel(given: Answers, asker: Asker, env: Environment): Promise<{ model: string; server: Server | undefined }> {
  const [baseUrl] = given.baseUrl ?? [];
  if (baseUrl === undefined && given.model !== undefined) return { model: given.model, server: undefined };
  const where = baseUrl === undefined ? await askWhere(asker, env) : { baseUrl };
  if ("model" in where) return { model: where.model, server: undefined };
  const server = await askServer({ ...where, apiKeyEnv: given.apiKeyEnv, flags: "--" }, asker, env);
  const model = given.model ?? (await askName("Which of its models writes?", "--model <name>", server, asker));
  if (server.names.length > 0 && !server.names.includes(model))
    asker.say(`${model} is not among the models that the server lists: ${server.names.slice(0, 10).join(", ")}.`);
  return { model, server };
}

/** A model in process, or a server. Its base URL is undefined where it is still to be asked for. */
async function askWhere(asker: Asker, env: Environment): Promise<{ model: string } | { baseUrl: string | undefined }> {
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
  return { baseUrl: chosen === "server" ? undefined : chosen.baseUrl };
}

async function askJudge(
  given: Answers,
  asker: Asker,
  env: Environment,
  server: Server | undefined,
): Promise<Pick<Answers, "judgeModel" | "judgeBaseUrl" | "judgeApiKeyEnv">> {
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
  const variable = given.judgeApiKeyEnv ?? given.apiKeyEnv;
  const judge = await askServer({ baseUrl: undefined, apiKeyEnv: variable, flags: "--judge-" }, asker, env);
  return {
    judgeBaseUrl: [judge.baseUrl],
    judgeModel: await askName(text, "--judge-model <name>", judge, asker),
    ...(judge.apiKeyEnv !== variable && { judgeApiKeyEnv: judge.apiKeyEnv }),
  };
}

/** Rows to draw. Undefined for all of them, which is the default where they are few. */
function askSample(asker: Asker, { rows }: Inspection): Promise<number | undefined> {
  const all: Choice<undefined> = { value: undefined, label: rows.count === undefined ? "all rows" : `all ${thousands(rows.count)} rows` };
  const some = { value: rowsToBeginWith, label: `${rowsToBeginWith} rows at random`, hint: "more later, and none is paid twice" };
  const few = { value: 20, label: "20 rows at random", hint: "a first look" };
  const count = rows.isExact ? (rows.count ?? Infinity) : Infinity;
  const choices = [...(count > some.value ? [some] : []), all, few];
  return asker.select<number | undefined>({ text: "How many rows?", flag: "--sample <n>" }, choices, true);
}
