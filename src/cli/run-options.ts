import { Option, type Command } from "commander";
import type { ZodType } from "zod";
import type { Config } from "../config/config-schema.ts";
import type { RunConfig } from "../config/run-config.ts";
import { issueInWords } from "../config/issue-words.ts";
import { UsageError } from "../errors.ts";
import { defaultModelName } from "../models/weights/catalog.ts";
import { addGroup } from "./help.ts";

export const inputHelp =
  "dataset: a .jsonl, .json, .parquet, .csv or .tsv file (also .gz, .zst), a folder, a pattern such as 'data/*.parquet', hf:<owner>/<dataset>, or - for stdin";

/** Adds the options that say which rows are read, and how. */
export function addInputOptions(command: Command): Command {
  addGroup(command, "Data:", [
    new Option("--format <name>", "how rows hold their conversation (default: detected)"),
    new Option("--instruction-column <name>", "the column that holds the instruction, or a path such as turns.0.text"),
    new Option("--response-column <name>", "the column that holds the response"),
    new Option("--system-column <name>", "the column that holds a system message, where there is one"),
    new Option("--file-type <name>", "jsonl, json, parquet, csv or tsv, where the name does not tell it (stdin)"),
    new Option("--offset <n>", "skip the first n rows").argParser(number),
    new Option("--limit <n>", "take at most n rows").argParser(number),
    new Option("--sample <n>", "draw n rows at random out of these, the same ones for the same --seed").argParser(number),
    new Option("--seed <n>", "seed of the drawn rows, and of the models' sampling").argParser(number),
  ]);
  return command;
}

/**
 * Adds the options of the commands that take rows through the phases. Each of them except
 * `--config` is a key of the config file. `--guidance` is a key of `generate`.
 */
export function addRunOptions(command: Command): Command {
  addInputOptions(command);
  addGroup(command, "Model:", [
    new Option(
      "--model <name>",
      `the model's name on the server; or, in process, a named model (sysgen models), hf:<owner>/<name>/<file>.gguf, or a .gguf file (default: ${defaultModelName})`,
    ),
    new Option(
      "--base-url <url>",
      "OpenAI-compatible server, such as http://gpu1:8000/v1; repeat it for more servers of the same model",
    ).argParser(collect),
    new Option("--api-key-env <VAR>", "environment variable that holds the key (default: OPENAI_API_KEY)"),
    new Option(
      "--header <line>",
      "further header of each request, such as 'api-key: ${MY_KEY}', where ${MY_KEY} is an environment variable; repeatable",
    ).argParser(collect),
    new Option("--request <field>", "further field of each request, such as top_p=0.9, or several as JSON; repeatable").argParser(collect),
  ]);
  addGroup(command, "Judge:", [
    new Option("--judge-model <name>", "model that verifies (default: the same model)"),
    new Option("--judge-base-url <url>", "where the judge is reached (default: the same servers); repeatable").argParser(collect),
    new Option("--judge-api-key-env <VAR>", "environment variable that holds the judge's key (default: as --api-key-env)"),
    judgeHeaderOption(),
    judgeRequestOption(),
    new Option(
      "--judge-requests-per-minute <n>",
      "the judge's own RPM (default: the same, and none where it has servers of its own)",
    ).argParser(number),
    new Option(
      "--judge-tokens-per-minute <n>",
      "the judge's own TPM (default: the same, and none where it has servers of its own)",
    ).argParser(number),
    new Option("--judge-timeout <seconds>", "time that one call to the judge may take (default: as --timeout)").argParser(number),
  ]);
  addGroup(command, "Method:", [
    new Option("--preset <name>", "standard, or paper: the method as published (default: standard)"),
    new Option("--existing-system <what>", "rows that hold a system message already: drop or replace (default: drop)"),
    new Option(
      "--when-exhausted <what>",
      "a row whose new response is caught again and again: keep-original (export leaves it out) or drop (default: keep-original)",
    ),
    new Option("--gate <file>", "an ES module whose default export is a gate of one's own (docs/library.md); repeatable").argParser(
      collect,
    ),
    new Option(
      "--guidance <text>",
      "what every system message is to keep to, such as a company's identity or a house style; or file:<path>",
    ),
    new Option("--no-repair", "do not mend tags; remove what is malformed"),
  ]);
  addGroup(command, "Calls:", askingOptions());
  addGroup(command, "Limits:", limitOptions());
  addGroup(command, "Run directory:", [new Option("--out <dir>", "run directory (default: runs/<input name>)")]);
  addGroup(command, "Configuration and output:", [
    new Option("--config <file.yaml>", "read options from a file; flags win"),
    ...tellingOptions(),
  ]);
  return command;
}

export function judgeHeaderOption(): Option {
  return new Option(
    "--judge-header <line>",
    "the same for the judge (default: the same, and none where it has servers of its own); repeatable",
  ).argParser(collect);
}

export function judgeRequestOption(): Option {
  return new Option(
    "--judge-request <field>",
    "further field of each request to the judge (default: as --request for the same model at the same servers); repeatable",
  ).argParser(collect);
}

/** Options that limit how many calls are made, and how fast. */
export function limitOptions(): Option[] {
  return [
    new Option(
      "--concurrency <n>",
      "most calls at once, over all servers (default: found by trying, up to 256 a server; in process, what the engine holds)",
    ).argParser(number),
    new Option("--requests-per-minute <n>", "most requests a minute to each server (RPM)").argParser(number),
    new Option("--tokens-per-minute <n>", "most tokens a minute, prompt and reply, of each server (TPM)").argParser(number),
    new Option("--max-calls <n>", "stop before more calls than this are paid, over the life of the run directory").argParser(number),
    new Option("--max-tokens <n>", "stop before more tokens than this are used").argParser(number),
    new Option("--max-cost <dollars>", "stop before more than this is spent, where the model's price is known").argParser(number),
  ];
}

/** Options that say how a call is made. */
export function askingOptions(): Option[] {
  return [
    new Option(
      "--constrain <how>",
      "how the server can hold output to a form: auto, none, json-schema, structured-outputs, guided, grammar, ebnf (default: auto: a small call finds out)",
    ),
    new Option("--max-retries <n>", "retries of one call, for any reason (default: 12)").argParser(number),
    new Option("--timeout <seconds>", "time that one call may take (default: 300)").argParser(number),
  ];
}

/** Options that say what is written, and where. */
export function tellingOptions(): Option[] {
  return [
    new Option("--log <file>", "append the run's events to this file, as JSON lines"),
    new Option("--quiet", "no progress"),
    new Option("--json", "the result as JSON on stdout, and nothing else there"),
  ];
}

/**
 * The flags as commander parses them. They are the config's keys, with the path of the config file
 * as `config`.
 */
export type Flags = Config & RepeatedFlags & { readonly config?: string; readonly guidance?: string };

/** Each header and gate is a flag of its own, and all of them are one key of the config. */
export interface RepeatedFlags {
  readonly header?: readonly string[];
  readonly judgeHeader?: readonly string[];
  readonly gate?: readonly string[];
}

/** Flags with their headers and gates under the keys of the config. */
export function withRepeated({ header, judgeHeader, gate, ...rest }: RepeatedFlags & object): object {
  return {
    ...rest,
    ...(header === undefined ? {} : { headers: header }),
    ...(judgeHeader === undefined ? {} : { judgeHeaders: judgeHeader }),
    ...(gate === undefined ? {} : { gates: gate }),
  };
}

/**
 * Resolves the configuration of a command. Flags win over the config file, the config file over the
 * preset, and the preset over the defaults.
 * @throws UsageError naming the flag, or the file and line.
 */
export async function configOf(
  input: string | undefined,
  flags: Flags,
  defaults: Config = {},
): Promise<{ config: RunConfig; quiet: boolean; json: boolean; log: string | undefined }> {
  const { resolveConfig } = await import("../config/run-config.ts");
  const merged: Config = { ...defaults, ...(await givenConfig(input, flags)) };
  return { config: resolveConfig(merged), quiet: merged.quiet ?? false, json: merged.json ?? false, log: merged.log };
}

/**
 * What the config file and the flags of a command say, without preset and defaults.
 * @throws UsageError naming the flag, or the file and line.
 */
export async function givenConfig(input: string | undefined, flags: Flags): Promise<Config> {
  const { configSchema } = await import("../config/config-schema.ts");
  const { config: path, repair, wait, guidance, ...rest } = flags;
  const given = readFlags(configSchema, {
    ...withRepeated(rest),
    ...(repair === false ? { repair } : {}),
    ...(wait === false ? { wait } : {}),
    ...(input === undefined ? {} : { input }),
  });
  const inFile =
    path === undefined ? {} : (await import("../config/config-file.ts")).readConfigFile(path, { ownGates: flags.gate !== undefined });
  const own = guidance === undefined ? {} : { generate: { ...inFile.generate, guidance } };
  return { ...inFile, ...given, ...own };
}

/**
 * Validates flags by a schema.
 * @throws UsageError naming the first flag that is wrong.
 */
export function readFlags<T>(schema: ZodType<T>, flags: object): T {
  const given = schema.safeParse(flags, { reportInput: true });
  if (given.success) return given.data;
  const [issue] = given.error.issues;
  if (issue === undefined) throw new TypeError("a value that does not fit has an issue");
  const name = String(issue.path[0] ?? "")
    .replace(/(?:headers|gates)$/i, (key) => key.slice(0, -1))
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--${name}: ${issueInWords(issue)}.`);
}

export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/**
 * The value as a number. Text that is no number is returned unchanged, because the config's schema
 * rejects it with a message that says what was expected.
 */
export function number(value: string): number | string {
  return value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
}
