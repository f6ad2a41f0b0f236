import { Option, type Command } from "commander";
import type { Inspection } from "../../datasets/inspect.ts";
import type { LengthSummary } from "../../datasets/lengths.ts";
import { counted, percent, thousands } from "../../texts/number-text.ts";
import { withoutControls } from "../../texts/without-controls.ts";
import { addExamples } from "../help.ts";
import { addInputOptions, configOf, inputHelp, type Flags } from "../run-options.ts";
import { pc, writeError, writeJson, writeOut } from "../terminal.ts";
import { hang } from "../wrap-text.ts";

export function defineInspect(program: Command): void {
  const command = program
    .command("inspect")
    .argument("<input>", inputHelp)
    .summary("say what a dataset holds: format, rows, lengths, problems by line")
    .description(
      "Say what a dataset holds: format, rows, turns, lengths, system messages, problems by line. Reads the first 10,000 rows, and counts the rest from metadata or estimates it. Calls no model.",
    );
  addInputOptions(command)
    .addOption(new Option("--all", "read every row"))
    .optionsGroup("Output:")
    .addOption(new Option("--json", "the result as JSON on stdout"));
  addExamples(command, ["a file, or a dataset of the hub", "sysgen inspect data.jsonl\nsysgen inspect hf:openai/gsm8k:main/train"]).action(
    inspect,
  );
}

async function inspect(input: string, { all = false, ...flags }: Flags & { readonly all?: boolean }): Promise<void> {
  const { config, json } = await configOf(input, flags);
  const { inspectDataset } = await import("../../datasets/inspect.ts");
  const { downloadLine } = await import("../download-line.ts");
  const found = await inspectDataset({
    ...config,
    stdin: process.stdin,
    most: all ? Infinity : undefined,
    onNotice: (text) => writeError(`${text}\n`),
    onDownload: downloadLine(process.stderr),
  });
  if (json) writeJson(found);
  else writeOut(render(input, found));
}

/** Characters of a text that are shown. */
const mostShown = 200;

function render(input: string, found: Inspection): string {
  const turns = Object.entries(found.turns).map(([count, rows]) => `${count}: ${thousands(rows)}`);
  const short = (text: string): string => {
    const line = withoutControls(text).replace(/\s+/g, " ");
    return line.length > mostShown ? `${line.slice(0, mostShown)}…` : line;
  };
  const first = found.first.map(({ id, line, messages }) =>
    [
      `  ${pc.bold(short(id))} (line ${line})`,
      ...messages.map(({ role, content }) => `    ${role.padEnd(9)} ${hang}${content === "" ? pc.dim("(calls a tool)") : short(content)}`),
    ].join("\n"),
  );
  const looked = found.looked === found.rows.count ? "" : `, of which the first ${thousands(found.looked)} were read`;
  const count = found.rows.count === undefined ? "unknown" : `${found.rows.isExact ? "" : "about "}${thousands(found.rows.count)}`;
  const length = (name: string, { count: texts, mean, median, p95, longest }: LengthSummary): string =>
    texts === 0
      ? `  ${name.padEnd(14)} none`
      : `  ${name.padEnd(14)} median ${thousands(median)}, mean ${thousands(mean)}, 95% up to ${thousands(p95)}, longest ${thousands(longest)}`;
  const problems = [
    ...(found.unread.length > 0 ? [`  not read: ${short(found.unread.join(", "))}. No prompt shows what these columns hold`] : []),
    ...(found.withReasoning > 0
      ? [
          `  ${counted(found.withReasoning, "row holds reasoning", "rows hold reasoning")} in their responses; new responses are written without`,
        ]
      : []),
    ...Object.entries(found.problems).map(([reason, count]) => `  ${thousands(count)}  ${reason}`),
    ...found.firstProblems.map(({ file = input, line, reason, detail }) => `  ${file}:${line}: ${reason}: ${short(detail)}`),
    ...(found.repeatedIds > 0
      ? [`  ${counted(found.repeatedIds, "row repeats an id and gets", "rows repeat an id and get")} a suffix such as #2`]
      : []),
  ];
  return `${[
    `${pc.bold("format")}           ${hang}${found.format}   (columns ${short(found.columns.join(", "))})`,
    ...(found.files.length > 1
      ? [`${pc.bold("files")}            ${hang}${found.files.length}, ${short(found.files[0] ?? "")} first`]
      : []),
    `${pc.bold("rows")}             ${hang}${count}${looked}`,
    `${pc.bold("can be used")}      ${hang}${thousands(found.examples)} (${percent(found.examples, found.looked)})`,
    `${pc.bold("responses a row")}  ${hang}${turns.join("   ") || "-"}`,
    `${pc.bold("system message")}   ${hang}${counted(found.withSystemMessage, "row holds one already", "rows hold one already")}`,
    ...(found.withToolCalls > 0 ? [`${pc.bold("tool calls")}       in ${counted(found.withToolCalls, "row")}`] : []),
    "",
    pc.bold("characters"),
    length("an instruction", found.characters.instruction),
    length("a response", found.characters.response),
    ...(found.withSystemMessage > 0 ? [length("system message", found.characters.system)] : []),
    "",
    pc.bold("first rows"),
    ...first,
    "",
    pc.bold("problems"),
    ...(problems.length > 0 ? problems : ["  none"]),
  ].join("\n")}\n`;
}
