import { Option, type Command } from "commander";
import type { ExportOptions, ExportSummary } from "../../exports/export-run.ts";
import type { Variant } from "../../exports/variant.ts";
import { UsageError } from "../../errors.ts";
import { counted, thousands } from "../../texts/number-text.ts";
import { addExamples, addGroup } from "../help.ts";
import { writtenRows } from "../written-rows.ts";
import { pc, writeJson, writeOut } from "../terminal.ts";

/** The flags that choose a variant and its split, as commander parses them. */
export interface VariantFlags {
  readonly responses: string;
  readonly system: string;
  readonly systemRole: string;
  readonly split?: string;
  readonly marked: string;
  readonly keptOriginal: string;
}

/** What the flags choose. */
type Chosen = Pick<ExportOptions, "variant" | "sides" | "marked" | "keptOriginal">;

interface ExportFlags extends VariantFlags {
  readonly to: string;
  readonly format?: string;
  readonly for?: string;
  readonly fileType?: string;
  readonly json?: boolean;
}

export function defineExport(program: Command): void {
  const command = program
    .command("export")
    .argument("<run>", "run directory")
    .summary("write a run's rows as training data, with a trainer's files")
    .description("Write a run's rows as training data: in any format and file type, in the paper's variants, with a trainer's files.");
  addGroup(command, "Files:", [
    new Option(
      "--to <file|folder>",
      "a file, whose name tells its type (.jsonl, .json, .parquet, .csv, .tsv, also .gz, .zst), or a folder (no ending, or a last /)",
    ).makeOptionMandatory(),
    new Option(
      "--format <name>",
      "messages, sharegpt, capybara, prompt-completion, alpaca or question-answer (default: the input's own, in its rows' spelling); preference: pairs that sysgen judge decided, the new response chosen and the original rejected",
    ),
    new Option(
      "--for <trainer>",
      "trl, axolotl, llama-factory or openai: what it reads, with its configuration and the command; hub: Parquet shards and a dataset card",
    ),
    new Option("--file-type <name>", "type of the files in a folder: jsonl, json, parquet, csv or tsv (default: jsonl)"),
  ]);
  addVariantOptions(command);
  addGroup(command, "Output:", [new Option("--json", "the result as JSON on stdout")]);
  addExamples(
    command,
    [
      "for trl, with a twentieth of the rows kept apart",
      "sysgen export runs/mine --for trl --to out/trl --split train=0.95,validation=0.05",
    ],
    ["the original data, to train a baseline on", "sysgen export runs/mine --to sft.jsonl --responses original --system none"],
  ).action(exportRows);
}

/**
 * Adds the options that choose which rows and texts of a run become training data, and their split.
 */
export function addVariantOptions(command: Command): void {
  command
    .optionsGroup("Rows and texts:")
    .addOption(
      new Option("--responses <which>", "new: those that obey the system message; original: the input's")
        .choices(["new", "original"])
        .default("new"),
    )
    .addOption(
      new Option("--system <which>", "generated, none, original (the row's own), or common:<text> for all rows").default("generated"),
    )
    .addOption(
      new Option(
        "--system-role <where>",
        "system: a message of its own; first-user: at the head of the first user message, for models without a system role",
      )
        .choices(["system", "first-user"])
        .default("system"),
    )
    .addOption(
      new Option("--marked <which>", "rows by their marks (sysgen view): not-drop: all but those marked drop; keep: those marked keep; all")
        .choices(["not-drop", "keep", "all"])
        .default("not-drop"),
    )
    .addOption(
      new Option("--kept-original <what>", "rows whose new response was caught and whose original was kept: leave-out, or include")
        .choices(["leave-out", "include"])
        .default("leave-out"),
    )
    .addOption(new Option("--split <shares>", "such as train=0.95,validation=0.05: by the rows' ids, near-duplicates on one side"));
}

/**
 * The flags as options of the library.
 * @throws UsageError when `--system` or `--split` cannot be read.
 */
export async function variantOf({ responses, system, systemRole, split, marked, keptOriginal }: VariantFlags): Promise<Chosen> {
  const [{ parseSystemChoice }, { parseSplit }] = await Promise.all([import("../../exports/variant.ts"), import("../../exports/split.ts")]);
  return {
    variant: {
      responses: responses === "original" ? "original" : "new",
      system: parseSystemChoice(system),
      systemRole: systemRole === "first-user" ? "first-user" : "system",
    },
    sides: split === undefined ? [{ name: "train", share: 1 }] : parseSplit(split),
    marked: marked === "keep" || marked === "all" ? marked : "not-drop",
    keptOriginal: keptOriginal === "include" ? "include" : "leave-out",
  };
}

async function exportRows(run: string, flags: ExportFlags): Promise<void> {
  if (flags.format === "columns")
    throw new UsageError(
      "--format columns: the run's own columns are meant by leaving --format out; otherwise name one of the other formats.",
    );
  const [{ exportRun }, variant] = await Promise.all([import("../../exports/export-run.ts"), variantOf(flags)]);
  const { to, format, for: trainer, fileType } = flags;
  if (trainer === "hub") return exportForHub(run, flags, variant);
  const preferences = format === "preference" ? await preferencesOf(run) : undefined;
  const summary = await exportRun({ run, to, format, trainer, fileType, preferences, ...variant });
  if (flags.json) return writeJson(summary);
  const { renderNextSteps, stepsAfterExport } = await import("../next-steps.ts");
  writeOut(`${render(summary, variant.variant)}\n${renderNextSteps(stepsAfterExport(run, to, trainer))}\n`);
}

async function preferencesOf(run: string): Promise<ExportOptions["preferences"]> {
  const { readPreferences } = await import("../../evaluation/judge/read-preferences.ts");
  return readPreferences(run);
}

async function exportForHub(run: string, flags: ExportFlags, variant: Chosen): Promise<void> {
  if (flags.format !== undefined || flags.fileType !== undefined)
    throw new UsageError("--for hub writes Parquet with columns of its own; leave out --format and --file-type.");
  const [{ writeHubFolder }, { readJudgeResults }, { judgedWords }] = await Promise.all([
    import("../../exports/hub/hub-folder.ts"),
    import("../../evaluation/judge/read-results.ts"),
    import("../../evaluation/judge/judged-words.ts"),
  ]);
  const { card: _card, ...written } = await writeHubFolder({
    run,
    to: flags.to,
    ...variant,
    judged: judgedWords(await readJudgeResults(run)),
  });
  const rows = Object.values(written.rows).reduce((sum, count) => sum + count, 0);
  const { renderNextSteps, stepsAfterExport } = await import("../next-steps.ts");
  const lines = [
    ...written.files.map(({ localPath, bytes }) => `${pc.bold("file")}    ${localPath}  (${thousands(bytes)} bytes)`),
    writtenRows({ ...written, rows, responses: variant.variant.responses }),
    "",
    renderNextSteps(stepsAfterExport(run, flags.to, "hub")),
  ];
  if (flags.json) writeJson(written);
  else writeOut(`${lines.join("\n")}\n`);
}

function render(summary: ExportSummary, { responses }: Variant): string {
  const { format, files, configFiles, leftOut, leftOutByMark, leftOutKeptOriginal, originalKept, nearDuplicates, notDone } = summary;
  const left = Object.entries(leftOut).map(([reason, { rows, first, detail }]) =>
    pc.yellow(`  ${counted(rows, "row")} left out: ${reason}, the first is ${first}: ${detail}`),
  );
  return `${[
    `${pc.bold("format")}  ${format}`,
    ...files.map(({ path, rows }) => `${pc.bold("data")}    ${path}  (${counted(rows, "row")})`),
    ...configFiles.map((path) => `${pc.bold("beside")}  ${path}`),
    ...left,
    ...(nearDuplicates > 0
      ? [`  ${counted(nearDuplicates, "row has", "rows have")} near-duplicates; each group is on one side of the split`]
      : []),
    ...(notDone > 0
      ? [`  ${counted(notDone, "row of the run is", "rows of the run are")} not in its dataset (rejected.jsonl says why)`]
      : []),
    writtenRows({
      rows: files.reduce((sum, { rows }) => sum + rows, 0),
      originalKept,
      responses,
      leftOut: { byMark: leftOutByMark, keptOriginal: leftOutKeptOriginal },
    }),
  ].join("\n")}\n`;
}
