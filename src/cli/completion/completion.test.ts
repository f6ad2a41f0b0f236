import { Command } from "commander";
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { commands } from "../commands/index.ts";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { knownValues } from "./known-values.ts";
import { allCommands, offeredCommand } from "./tree.ts";
import { zshCompletion } from "./zsh.ts";

const program = new Command("sysgen");
for (const define of commands) define(program);
const offered = offeredCommand(program, knownValues());

test("bash offers commands, options, values, files and folders", async () => {
  await using folder = await temporaryFolder();
  await folder.file("a file.jsonl", "");
  await mkdir(join(folder.path, "runs"));
  // The last word is what the user is typing. Bash gives an equals sign as a word of its own.
  const lines: Readonly<Record<string, readonly string[]>> = {
    "sysgen exp": ["experiment", "export"],
    "sysgen run --rerun": ["--rerun-phase"],
    "sysgen run --preset ": ["standard", "paper"],
    "sysgen run --preset = pa": ["paper"],
    "sysgen run --constrain = str": ["structured-outputs"],
    "sysgen run --limit ": [],
    "sysgen run ": ["a file.jsonl", "runs"],
    "sysgen run --out ": ["runs"],
    "sysgen run --model smollm2-1": ["smollm2-135m", "smollm2-1.7b"],
    "sysgen run --format = alp": ["alpaca"],
    "sysgen models p": ["pull"],
    "sysgen models pull phi": ["phi-4"],
    "sysgen export runs --for tr": ["trl"],
    "sysgen export runs --responses ": ["new", "original"],
    "sysgen completion z": ["zsh"],
    "sysgen view ": ["runs"],
  };
  const ask = Object.keys(lines).map((line) => {
    const words = line.split(" ").map((word) => `'${word}'`);
    return `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _sysgen; (IFS='|'; echo "\${COMPREPLY[*]}")`;
  });
  const { stdout, stderr } = spawnSync("bash", ["--norc"], {
    cwd: folder.path,
    input: `${bashCompletion(offered)}\n${ask.join("\n")}\n`,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const replies = stdout.trimEnd().split("\n");
  const got = Object.keys(lines).map((line, index) => [
    line,
    (replies[index] ?? "")
      .split("|")
      .filter((word) => word !== "")
      .toSorted(),
  ]);
  expect(Object.fromEntries(got)).toEqual(Object.fromEntries(Object.entries(lines).map(([line, words]) => [line, words.toSorted()])));
});

test.each([
  ["zsh", zshCompletion(offered)],
  ["fish", fishCompletion(offered)],
])("%s is told of every command, option and value", async (shell, script) => {
  for (const { path, options } of allCommands(offered)) {
    for (const name of path) expect(script).toContain(name);
    for (const { long } of options) expect(script).toContain(shell === "zsh" ? `*${long}` : `-l ${long.slice(2)} `);
  }
  expect(script).toContain("none json-schema structured-outputs");
  await using folder = await temporaryFolder();
  const checked = spawnSync(shell, ["-n", await folder.file("script", script)], { encoding: "utf8" });
  // Where the shell is not installed, its syntax is not checked.
  if (checked.error === undefined) expect([checked.status, checked.stderr]).toEqual([0, ""]);
});
