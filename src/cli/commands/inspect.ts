import { Option, type Command } from "commander";
import pc from "picocolors";
import type { Inspection } from "../../datasets/inspect.ts";
import { percent, thousands } from "../numbers.ts";
import { configOf, type Flags } from "../run-options.ts";

export function defineInspect(program: Command): void {
  program
    .command("inspect")
    .argument("<input>", "dataset: a .jsonl or .json file, or - for JSON Lines on stdin")
    .description("Say what a dataset holds: format, rows, turns, system messages, problems by line. Calls no model.")
    .addOption(new Option("--format <name>", "how rows hold their conversation (default: detected)"))
    .addOption(new Option("--limit <n>", "read at most n rows").argParser(Number))
    .addOption(new Option("--json", "the result as JSON on stdout"))
    .action(inspect);
}

async function inspect(input: string, flags: Flags): Promise<void> {
  const { config, json } = await configOf(input, flags);
  const { inspectDataset } = await import("../../datasets/inspect.ts");
  const found = await inspectDataset({ ...config, stdin: process.stdin });
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : await render(input, found));
}

async function render(input: string, found: Inspection): Promise<string> {
  const { safe } = await import("../row-text.ts");
  const turns = Object.entries(found.turns).map(([count, rows]) => `${count}: ${thousands(rows)}`);
  const short = (text: string): string => safe(text).replace(/\s+/g, " ").slice(0, 200);
  const first = found.first.map(({ id, line, messages }) =>
    [`  ${pc.bold(short(id))} (line ${line})`, ...messages.map(({ role, content }) => `    ${role.padEnd(9)} ${short(content)}`)].join(
      "\n",
    ),
  );
  const problems = [
    ...Object.entries(found.problems).map(([reason, count]) => `  ${thousands(count)}  ${reason}`),
    ...found.firstProblems.map(({ line, reason, detail }) => `  ${input}:${line}: ${reason}: ${short(detail)}`),
    ...(found.repeatedIds > 0 ? [`  ${thousands(found.repeatedIds)} rows repeat an id; they get a suffix such as #2`] : []),
  ];
  return `${[
    `${pc.bold("format")}           ${found.format}`,
    `${pc.bold("rows")}             ${thousands(found.rows)}, of which ${thousands(found.examples)} (${percent(found.examples, found.rows)}) can be used`,
    `${pc.bold("responses a row")}  ${turns.join("   ") || "-"}`,
    `${pc.bold("system message")}   ${thousands(found.withSystemMessage)} rows hold one already`,
    "",
    pc.bold("first rows"),
    ...first,
    "",
    pc.bold("problems"),
    ...(problems.length > 0 ? problems : ["  none"]),
  ].join("\n")}\n`;
}
