import { Option, type Command } from "commander";
import { UsageError, messageOf } from "../../errors.ts";
import { addExamples, addGroup } from "../help.ts";
import { collect, number, readFlags } from "../run-options.ts";
import { pc, writeError, writeOut } from "../terminal.ts";
import type { Answers } from "../init/answers.ts";

type InitFlags = Answers & { readonly to: string; readonly yes?: boolean; readonly force?: boolean };

export function defineInit(program: Command): void {
  const command = program
    .command("init")
    .argument("[input]", "dataset: a file, a folder, a pattern such as 'data/*.parquet', or hf:<owner>/<dataset>")
    .summary("ask four questions, and write a config file")
    .description(
      "Ask where the data is, where the model runs, who judges and how many rows are taken, and write a commented config file. What is given as an option is not asked. Calls no model.",
    );
  addGroup(command, "Answers:", [
    new Option("--instruction-column <name>", "the column that holds the instruction, where the layout is not detected"),
    new Option("--response-column <name>", "the column that holds the response"),
    new Option("--base-url <url>", "OpenAI-compatible server, such as http://gpu1:8000/v1; repeatable").argParser(collect),
    new Option("--api-key-env <VAR>", "environment variable that holds its key (default: OPENAI_API_KEY)"),
    new Option("--model <name>", "the model's name on the server, or a model in process"),
    new Option("--judge-model <name>", "model that verifies (default: the same model)"),
    new Option("--judge-base-url <url>", "where the judge is reached; repeatable").argParser(collect),
    new Option("--judge-api-key-env <VAR>", "environment variable that holds the judge's key (default: as --api-key-env)"),
    new Option("--sample <n>", "rows to draw at random").argParser(number),
    new Option("--out <dir>", "run directory (default: runs/<input name>)"),
  ]);
  addGroup(command, "Output:", [
    new Option("--to <file.yaml>", "the config file").default("sysgen.yaml"),
    new Option("--yes", "ask nothing: take the default of each question that no option answers"),
    new Option("--force", "write over a file that exists"),
  ]);
  addExamples(
    command,
    ["with questions", "sysgen init"],
    ["without", "sysgen init data.jsonl --base-url http://gpu1:8000/v1 --model my-model --yes"],
  ).action(init);
}

async function init(input: string | undefined, { to, yes = false, force = false, ...flags }: InitFlags): Promise<void> {
  const { existsSync, writeFileSync } = await import("node:fs");
  if (!force && existsSync(to)) throw new UsageError(`${to} exists. --force writes over it, and --to names another file.`);
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  if (!yes && !isTerminal)
    throw new UsageError(
      "sysgen init asks its questions at a terminal, and here is none. Give the answers as options, and --yes: sysgen init data.jsonl --base-url http://gpu1:8000/v1 --model my-model --yes",
    );
  const [{ configSchema }, { askAll }, { defaults }, { configText }, { schemaPath }, { renderNextSteps, stepsAfterInit }] =
    await Promise.all([
      import("../../config/config-schema.ts"),
      import("../init/questions.ts"),
      import("../init/asker.ts"),
      import("../init/config-text.ts"),
      import("../init/schema-path.ts"),
      import("../next-steps.ts"),
    ]);
  const given: Answers = readFlags(configSchema, { ...flags, ...(input === undefined ? {} : { input }) });
  const asker = yes ? defaults((text) => writeError(`${text}\n`)) : (await import("../init/terminal-asker.ts")).terminalAsker();
  const answers = await askAll(given, asker, { cwd: process.cwd(), env: process.env });
  try {
    writeFileSync(to, configText(answers, schemaPath(to)), { flag: force ? "w" : "wx" });
  } catch (error) {
    throw new UsageError(`Cannot write ${to}: ${messageOf(error)}`, { cause: error });
  }
  writeOut(`${pc.bold("wrote")}  ${to}\n\n${renderNextSteps(stepsAfterInit(to))}\n`);
}
