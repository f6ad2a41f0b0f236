import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Option, type Command } from "commander";
import { UsageError } from "../../errors.ts";
import type { BuiltInFile } from "../../phases/prompts/built-in-files.ts";
import { addExamples } from "../help.ts";
import { pc, writeOut } from "../terminal.ts";
import { hang } from "../wrap-text.ts";

interface PromptsFlags {
  readonly preset?: string;
  readonly write?: string;
  readonly force?: boolean;
}

export function definePrompts(program: Command): void {
  const command = program
    .command("prompts")
    .argument("[key]", "show one of them, such as generate.prompt")
    .summary("list the prompts, and write them as files to change")
    .description("List what models are asked with, and write it as files to begin your own from. Calls no model.")
    .addOption(new Option("--preset <name>", "standard or paper (default: standard)"))
    .addOption(new Option("--write <dir>", "write all of them as files"))
    .addOption(new Option("--force", "overwrite files that are there"))
    .action(prompts);
  addExamples(command, ["files to begin your own from", "sysgen prompts --write ./prompts"]);
}

async function prompts(key: string | undefined, { preset, write, force = false }: PromptsFlags): Promise<void> {
  const [{ builtInFiles }, { presetNames }] = await Promise.all([
    import("../../phases/prompts/built-in-files.ts"),
    import("../../phases/presets.ts"),
  ]);
  const chosen = presetNames.find((name) => name === (preset ?? "standard"));
  if (chosen === undefined) throw new UsageError(`--preset: expected ${presetNames.join(" or ")}, found "${preset}".`);
  const all = builtInFiles(chosen);
  const files = key === undefined ? all : all.filter((file) => file.key === key);
  const [only] = files;
  if (only === undefined) throw new UsageError(`Unknown prompt "${key}". Expected one of: ${all.map((file) => file.key).join(", ")}.`);
  if (write !== undefined) await writeFiles(files, write, force);
  else if (key !== undefined) writeOut(only.text);
  else writeOut(`${all.map(describe).join("\n\n")}\n\nsysgen prompts <key> shows one. --write <dir> writes all as files to begin from.\n`);
}

/** @throws UsageError when one of the files is there already. */
async function writeFiles(files: readonly BuiltInFile[], folder: string, force: boolean): Promise<void> {
  const paths = files.map((file) => ({ ...file, path: join(folder, file.fileName) }));
  const there = paths.find(({ path }) => existsSync(path));
  if (there !== undefined && !force)
    throw new UsageError(`${there.path} is there already, and may have been edited. Choose another --write, or overwrite it with --force.`);
  const { writeAtomically } = await import("../../platform/write-atomically.ts");
  await mkdir(folder, { recursive: true });
  for (const { path, text } of paths) await writeAtomically(path, [text]);
  const phases = new Map<string, string[]>();
  for (const { key, path } of paths) {
    const [phase = "", setting = ""] = key.split(".");
    phases.set(phase, [...(phases.get(phase) ?? []), `  ${setting}: ${path}`]);
  }
  const lines = [...phases].map(([phase, settings]) => `${phase}:\n${settings.join("\n")}`);
  writeOut(
    `Wrote ${paths.length === 1 ? "a file" : `${paths.length} files`} to ${folder}. Edit them, and name those that you keep in a config file:\n\n${lines.join("\n")}\n`,
  );
}

function describe({ key, about, slots }: BuiltInFile): string {
  const names = Object.entries(slots).map(
    ([name, { about: what, isRequired }]) => `  ${`{{ ${name} }}`.padEnd(22)} ${hang}${what}${isRequired ? pc.dim(" (required)") : ""}`,
  );
  return [`${pc.bold(key)}  ${about}`, ...names].join("\n");
}
