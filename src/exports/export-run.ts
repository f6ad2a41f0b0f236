import { existsSync, realpathSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";
import { fileTypeByName, fileTypeOfName } from "../datasets/files/index.ts";
import { writeRows } from "../datasets/files/write-rows.ts";
import type { Columns } from "../datasets/formats/format.ts";
import { formatByName } from "../datasets/formats/index.ts";
import { formatOf as ownFormatOf, type OwnFormat } from "../datasets/formats/own-format.ts";
import { fixedStart, isPattern } from "../datasets/input.ts";
import { UsageError } from "../errors.ts";
import { rowOrigin } from "../records/response-origin.ts";
import { runFiles } from "../runs/run-files.ts";
import { counted } from "../texts/number-text.ts";
import { claimFolder } from "./claim-folder.ts";
import { openExportedRun, type ExportedRow, type ExportedRun, type RowChoice } from "./exported-row.ts";
import { preferenceWriter, refusePairsOf, type Preference } from "./preference-writer.ts";
import { SkippedRowCounts, type SkippedRows } from "./skipped-rows.ts";
import { rowWriter, type RowWriter } from "./row-writer.ts";
import { rowsOfSide, type SplitSurvey } from "./split-survey.ts";
import type { SplitSide } from "./split.ts";
import { formatFor, trainerByName } from "./trainers/index.ts";
import type { ExportedSplit, Trainer } from "./trainers/trainer.ts";
import { surveyRun } from "./survey-run.ts";
import type { Variant } from "./variant.ts";

export interface ExportOptions extends RowChoice {
  /** A run directory. */
  readonly run: string;
  /** A file, whose name tells its type, or a folder. */
  readonly to: string;
  /**
   * Name of a format. Default is the input's own, or the trainer's first. It is `messages` if the
   * input's is one of the user's own and cannot write.
   */
  readonly format?: string | undefined;
  /** Name of a trainer, whose files are written beside the data. */
  readonly trainer?: string | undefined;
  /** Type of the files in a folder. Default is `jsonl`, or what the trainer reads. */
  readonly fileType?: string | undefined;
  readonly variant: Variant;
  readonly sides: readonly SplitSide[];
  /**
   * What a judge found of the rows. With it, rows of the format `preference` are written, and only
   * those whose new response the judge preferred.
   */
  readonly preferences?: ReadonlyMap<string, Preference> | undefined;
  /** Formats of the user's own. */
  readonly formats?: readonly OwnFormat[] | undefined;
}

export interface ExportSummary {
  readonly format: string;
  readonly files: readonly (ExportedSplit & { readonly path: string })[];
  /** Files beside the data. */
  readonly configFiles: readonly string[];
  readonly leftOut: SkippedRows;
  /** Rows that have near-duplicates. Near-duplicates are on the same side of the split. */
  readonly nearDuplicates: number;
  /** Finished rows that are left out because of how people marked them (`marked`). */
  readonly leftOutByMark: number;
  /** Finished rows that are left out because they keep an original response (`keptOriginal`). */
  readonly leftOutKeptOriginal: number;
  /** Exported rows that keep an original response. */
  readonly originalKept: number;
  /** Rows of the run that are not in its dataset. */
  readonly notDone: number;
}

/**
 * Writes a run's rows as training data, in a variant and a format. The result is a file, or a
 * folder with the sides of the split and the files that a trainer needs.
 * @throws UsageError when the run, the format or the target does not fit.
 */
export async function exportRun(options: ExportOptions): Promise<ExportSummary> {
  if (options.preferences !== undefined) refusePairsOf(options.variant);
  await using run = await openExportedRun(options.run, options, options.formats);
  const trainer = options.trainer === undefined ? undefined : trainerByName(options.trainer);
  const isFile = fileTypeOfName(options.to) !== undefined && !options.to.endsWith("/") && !isFolder(options.to);
  const { sides } = options;
  if (isFile && trainer) throw new UsageError(`--for ${trainer.name} writes several files: give --to a folder, not ${options.to}.`);
  if (isFile && sides.length > 1) throw new UsageError(`--split writes a file for each side: give --to a folder, not ${options.to}.`);
  if (isFile && options.fileType !== undefined && fileTypeOfName(options.to) !== fileTypeByName(options.fileType))
    throw new UsageError(`--file-type ${options.fileType} does not fit the name ${options.to}.`);
  if (isFile) refuseInput(options.to, run, options.run);
  else await claimFolder(options.to, options);
  const { survey, leftOut: leftOutByChoice } = surveyRun(run, options);
  const format = formatOf(options, run, trainer, survey);
  const likeSource = trainer === undefined && format.name === run.format.name;
  const { variant, preferences } = options;
  const write =
    preferences === undefined
      ? rowWriter({ format, variant, likeSource, trainer, survey })
      : preferenceWriter({ preferences, variant, layout: trainer?.pairs ?? "messages" });
  const leftOut = new SkippedRowCounts();
  let originalKept = 0;
  const files: (ExportedSplit & { path: string })[] = [];
  for (const { name } of sides) {
    const path = isFile ? options.to : join(options.to, `${name}${endingOf(options, trainer)}`);
    const rows = new CountedRows(() => rowsOfSide(run.rows(), survey, name), write, leftOut);
    if (!survey.hasSide(name)) continue;
    await writeRows(path, () => rows.again());
    files.push({ name, file: basename(path), path, rows: rows.count });
    originalKept += rows.originalKept;
  }
  if (files.every(({ rows }) => rows === 0)) {
    const [[reason, { detail }] = ["", { detail: "" }]] = Object.entries(leftOut.counts);
    if (preferences !== undefined) throw new UsageError(noPairs(options.run, leftOut.counts));
    throw new UsageError(
      `No row of ${options.run} can be written in the format ${format.name} (${reason}: ${detail}). Choose another ${trainer === undefined ? "--format" : "--for"}.`,
    );
  }
  const configFiles = trainer === undefined ? [] : await writeConfigFiles(trainer, options, format.name, files, survey);
  const notDone = run.opened.store.results.count().reduce((sum, { outcome, rows }) => sum + (outcome === "done" ? 0 : rows), 0);
  return {
    format: format.name,
    files,
    configFiles,
    leftOut: leftOut.counts,
    nearDuplicates: survey.nearDuplicates,
    leftOutByMark: leftOutByChoice.byMark,
    leftOutKeptOriginal: leftOutByChoice.keptOriginal,
    originalKept,
    notDone,
  };
}

/**
 * Rows as they are written. They can be iterated more than once. Rows that are left out are counted
 * the first time.
 */
class CountedRows {
  readonly #rows: () => Iterable<ExportedRow>;
  readonly #write: RowWriter;
  readonly #leftOut: SkippedRowCounts;
  #isCounted = false;
  count = 0;
  /** Rows among these that keep an original response. */
  originalKept = 0;

  constructor(rows: () => Iterable<ExportedRow>, write: RowWriter, leftOut: SkippedRowCounts) {
    this.#rows = rows;
    this.#write = write;
    this.#leftOut = leftOut;
  }

  *again(): Generator<Columns, void, void> {
    const leftOut = this.#isCounted ? new SkippedRowCounts() : this.#leftOut;
    this.#isCounted = true;
    this.count = 0;
    this.originalKept = 0;
    for (const row of this.#rows()) {
      const columns = this.#written(row, leftOut);
      if (columns === undefined) continue;
      this.count++;
      if (rowOrigin(row.facts) === "original") this.originalKept++;
      yield columns;
    }
  }

  #written(row: ExportedRow, leftOut: SkippedRowCounts): Columns | undefined {
    try {
      return this.#write(row);
    } catch (error) {
      leftOut.add(row.id, error);
      return undefined;
    }
  }
}

function formatOf(options: ExportOptions, run: ExportedRun, trainer: Trainer | undefined, { hasTools }: SplitSurvey) {
  if (trainer !== undefined) return formatByName(formatFor(trainer, options.format, hasTools));
  if (options.format === undefined && run.format.readsOnly) return formatByName("messages");
  if (options.format === undefined || options.format === run.format.name) return run.format;
  return formatByName(options.format, undefined, options.formats?.map(ownFormatOf));
}

function noPairs(run: string, leftOut: SkippedRows): string {
  const why = Object.entries(leftOut).map(([reason, { rows }]) => `${counted(rows, "row")} ${reason}`);
  return `No row of ${run} has a new response that a judge preferred in both orders (${why.join(", ")}). Judge more rows: sysgen judge ${run} --sample 5000.`;
}

function endingOf({ fileType }: ExportOptions, trainer: Trainer | undefined): string {
  if (fileType === undefined) return trainer?.ending ?? ".jsonl";
  const ending = fileTypeByName(fileType).endings[0] ?? "";
  if (trainer !== undefined && ending !== trainer.ending)
    throw new UsageError(`${trainer.name} is given ${trainer.ending} files; leave out --file-type ${fileType}.`);
  return ending;
}

async function writeConfigFiles(
  trainer: Trainer,
  options: ExportOptions,
  format: string,
  splits: readonly ExportedSplit[],
  survey: SplitSurvey,
): Promise<string[]> {
  const { system } = options.variant;
  const hasSystem =
    options.variant.systemRole === "system" && (system.kind === "original" ? survey.hasOriginalSystem : system.kind !== "none");
  const datasetName = basename(resolve(options.run)).replace(/\W+/g, "_") || "sysgen";
  const facts = { datasetName, format, splits, hasTools: survey.hasTools, hasSystem, multiTurn: survey.multiTurn };
  const written = [...trainer.configFiles(facts), { path: "README.md", text: trainer.readme(facts) }];
  for (const { path, text } of written) await writeFile(join(options.to, path), text);
  return written.map(({ path }) => join(options.to, path));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function refuseInput(to: string, run: ExportedRun, folder: string): void {
  // Symbolic links are followed, because one file may have several names.
  const real = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));
  const target = real(to);
  const own = Object.values(runFiles(folder)).map(real);
  const inputFolder = isFolder(run.input) ? `${real(run.input)}${sep}` : undefined;
  const isInput =
    target === real(run.input) ||
    (inputFolder !== undefined && target.startsWith(inputFolder)) ||
    // It may be one of those that the pattern found.
    (isPattern(run.input) && resolve(to).startsWith(fixedStart(run.input)));
  if ((isInput && existsSync(to)) || own.includes(target))
    throw new UsageError(`${to} is the run's input or one of its own files, and would be overwritten. Choose another --to.`);
}
