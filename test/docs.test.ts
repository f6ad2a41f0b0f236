import { Command } from "commander";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { metrics } from "../src/analysis/metrics/index.ts";
import { commands } from "../src/cli/commands/index.ts";
import { configSchema } from "../src/config/config-schema.ts";
import { benchmarks } from "../src/evaluation/benchmarks/index.ts";
import { harnessSubstitutes, harnessTasks } from "../src/evaluation/harness/tasks.ts";
import { gates } from "../src/phases/gates/index.ts";
import { phaseNames, phases, settingsOf } from "../src/phases/index.ts";
import { sysgen } from "./fixtures/sysgen.ts";

// The reference pages are made from the program itself. `npx vitest run test/docs.test.ts -u`
// writes them anew.

const asked = new Map<string, Promise<string>>();
/** The help of a command, which is asked once. */
const help = (...command: readonly string[]): Promise<string> => {
  const name = command.join(" ");
  const answer = asked.get(name) ?? sysgen([...command, "--help"]).then(({ stdout }) => stdout.trimEnd());
  asked.set(name, answer);
  return answer;
};
/** The words of a command and of all below it, such as `["models", "pull"]`. */
const commandPaths = (command: Command, path: readonly string[] = []): (readonly string[])[] => [
  path,
  ...command.commands.flatMap((inner) => commandPaths(inner, [...path, inner.name()])),
];
const program = new Command("sysgen");
for (const define of commands) define(program);
const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("docs/cli.md is the program's own help", async () => {
  const sections = await Promise.all(
    commandPaths(program).map(
      async (command) => `## sysgen ${command.join(" ")}`.trimEnd() + `\n\n\`\`\`\n${await help(...command)}\n\`\`\`\n`,
    ),
  );
  const exitCodes = `## Exit codes

| code | what it says |
| --- | --- |
| 0 | every row is accounted for and none failed |
| 1 | finished, but some rows failed; the same command again retries just these; merge: rows are missing; doctor: something failed |
| 2 | bad usage, configuration or input, or the run cannot go on as it is; one sentence says what to do |
| 3 | a budget is spent (--max-calls, --max-tokens, --max-cost); the same command with a larger one goes on |
| 4 | batches are open and the command does not wait for them (--no-wait, --batch file); the same command goes on |
| 5 | finished, and no row is in the dataset: all rows were dropped, or there were none |
| 6 | another process is at work in the run directory; the same command goes on once that one has ended |
| 7 | a server, the network, the hub or room on the disk is not to be had now; the same command goes on later, so scripts try it again |
| 130 | interrupted: the first Ctrl-C lets calls in flight at a server end and keeps them, the second quits at once |
`;
  for (const section of sections.slice(1)) expect(section).toMatch(/^Examples?:\n {2}# /m);
  const page = ["# The command line\n", ...sections, exitCodes].join("\n");
  await expect(page).toMatchFileSnapshot("../docs/cli.md");
});

test("docs/configuration.md has every key of the config schema, the phases, the gates and the presets' values", async () => {
  const optional = (schema: unknown): unknown => (schema instanceof z.ZodOptional ? schema.unwrap() : schema);
  const line = (key: string, description = ""): string => `| \`${key}\` | ${description} |`;
  // The phases' own keys have no description in the schema. Their values are in the second table.
  const keys = Object.entries(configSchema.shape).flatMap(([key, schema]) => {
    const inner = optional(schema);
    if (!(inner instanceof z.ZodObject)) return [line(key, schema.description)];
    return Object.entries(inner.shape).flatMap(([name, { description }]) => (description ? [line(`${key}.${name}`, description)] : []));
  });
  const rows = phaseNames.flatMap((phase) => {
    const [standard, paper] = [settingsOf("standard"), settingsOf("paper")];
    const keysOf = (settings: object): [string, unknown][] =>
      Object.entries(settings).flatMap(([key, value]): [string, unknown][] =>
        typeof value === "object" && value !== null ? keysOf(value).map(([inner, leaf]) => [`${key}.${inner}`, leaf]) : [[key, value]],
      );
    const inPaper = new Map(keysOf(paper[phase]));
    return keysOf(standard[phase]).map(([key, value]) => `| \`${phase}.${key}\` | ${String(value)} | ${String(inPaper.get(key))} |`);
  });
  const who = { generator: "model", judge: "model as judge", code: "code" } as const;
  const phaseRows = phases.map(({ name, asks, adds, reasons }) => {
    const codes = [...Object.keys(reasons), ...(asks === "code" ? [] : ["too-long"])];
    return `| ${name} | ${who[asks]} | ${adds} | ${codes.map((code) => `\`${code}\``).join(", ")} |`;
  });
  const gateRows = gates.map(({ name, finding }) => `| ${name} | ${finding} |`);
  const page = `# The configuration file

\`sysgen run --config run.yaml\` reads options from a YAML file. Flags win over the file, and the file
wins over the preset. Keys may also be written as the flags are (\`base-url\`). An unknown key is an
error that names its line. \`sysgen init\` writes one, with comments.

\`config-schema.json\` in the package is the JSON schema of the file. Editors complete and check a
file whose first line names it, as that of \`examples/quickstart.yaml\` does.

Paths are from the working directory. Files of gates are looked for in the config file's folder, and
those of prompts, demonstrations, guidance, rubrics and instructions first there.

| key | what it says |
| --- | --- |
${keys.join("\n")}

## The phases

| phase | who | what it adds | drops a row as |
| --- | --- | --- | --- |
${phaseRows.join("\n")}

Gates look at each new response in this order. The first that finds something counts.

| gate | what it finds |
| --- | --- |
${gateRows.join("\n")}

## Settings of the phases in the two presets

\`repair\` above sets \`filter.repair\`. Which \`generate.prompt\` and \`verify.rubric\` a run has
comes with the preset, and files of your own can take their place ([customize.md](customize.md)).
The others can be set under the phase's key.

| key | standard | paper |
| --- | --- | --- |
${rows.join("\n")}

A gate's policy is \`retry\` (ask again while the budget lasts, then \`respond.whenExhausted\`),
\`keep-original\`, \`drop\` or \`off\`. \`verify.unparsed\` is \`drop-phrase\`, \`keep-phrase\` or
\`drop-row\`. \`respond.turns\` is \`all\` or \`last\`.

\`verify.keepAtLeast\` is how many phrases stay at least, the best ones of a message that does not
look foreign. Those below the judge's line are \`weak\`. \`verify.votes\` is how often a question is
asked where the judge tells no log-probabilities. \`verify.calibrationRows\` is how many rows the
judge's line is drawn on. 0 draws it at log-odds 0
([method.md](method.md#the-judges-line)).
`;
  await expect(page).toMatchFileSnapshot("../docs/configuration.md");
});

describe("pages that are written by hand", () => {
  const page = (name: string): Promise<string> => readFile(new URL(`../docs/${name}`, import.meta.url), "utf8");
  /** First cells of the rows of all tables on a page. */
  const firstCells = (text: string): string[] => [...text.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = ""]) => cell);

  test("docs/analysis.md has a row for each metric", async () => {
    const named = firstCells(await page("analysis.md")).flatMap((cell) => cell.split(", "));
    expect(named).toEqual(expect.arrayContaining(metrics.map(({ label }) => label)));
  });

  test("docs/security.md names scripts, options and pages that exist", async () => {
    const text = await page("security.md");
    const { scripts } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as { scripts: object };
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script = ""]) => script);
    expect(named).not.toEqual([]);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
    const help = await page("cli.md");
    for (const [flag] of text.matchAll(/--[a-z-]{3,}/g)) expect(help).toContain(flag);
    for (const [, name = ""] of text.matchAll(/\]\(([a-z-]+\.md)/g)) await expect(page(name)).resolves.toBeTruthy();
  });

  test("the help of --rerun-phase names each phase", async () => {
    expect(await help("run")).toContain(`(${phaseNames.join(", ")})`);
  });

  test("the help of --on names each benchmark", async () => {
    const [, listed = ""] = /--on <names> +(.*?)\n +--/s.exec(await help("evaluate")) ?? [];
    const words = listed.split(/[\s,;]+/);
    expect(words).toEqual(expect.arrayContaining([...benchmarks, ...harnessTasks, ...harnessSubstitutes].map(({ name }) => name)));
  });
});

describe("the README", () => {
  test("names scripts that exist", async () => {
    const { scripts } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?(quickstart|test|run [a-z:]+|[a-z]+:[a-z]+)/g)].map((match) =>
      (match[1] ?? "").replace("run ", ""),
    );
    expect(named).toContain("quickstart");
    expect(named).toContain("test");
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });

  test("uses commands and options that exist", async () => {
    const lines = [...readme.matchAll(/^npx sysgen ([a-z]+)(.*)$/gm)];
    expect(lines.length).toBeGreaterThan(3);
    for (const [, command = "", rest = ""] of lines) {
      const text = await help(command);
      for (const flag of rest.match(/--[a-z-]+/g) ?? []) expect(text, `${command} ${flag}`).toContain(flag);
    }
  });
});
