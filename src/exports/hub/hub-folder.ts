import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { columnsOf, writeParquet } from "../../datasets/files/parquet-writer.ts";
import type { Columns } from "../../datasets/formats/format.ts";
import { UsageError } from "../../errors.ts";
import { settingsOf } from "../../runs/manifest.ts";
import { moneyOf } from "../../runs/money.ts";
import { runFigures } from "../../runs/run-figures.ts";
import { claimFolder } from "../claim-folder.ts";
import { openExportedRun, type ExportedRow, type ExportedRun, type LeftOutRows, type RowChoice } from "../exported-row.ts";
import { rowsOfSide, type SplitSurvey } from "../split-survey.ts";
import type { SplitSide } from "../split.ts";
import { surveyRun } from "../survey-run.ts";
import type { Variant } from "../variant.ts";
import { datasetCard } from "./card.ts";
import { hubRow } from "./hub-row.ts";
import { RowLanguages } from "./row-languages.ts";

export interface HubFolderOptions extends RowChoice {
  readonly run: string;
  readonly to: string;
  readonly variant: Variant;
  readonly sides: readonly SplitSide[];
  /** `owner/name` of the dataset on the hub. */
  readonly repo?: string | undefined;
  /** What judges said of the run, a paragraph each. Default none. */
  readonly judged?: readonly string[] | undefined;
  /** The licence. Default is the source's. */
  readonly licence?: string | undefined;
  /**
   * The size that a shard comes near, in characters of its rows as JSON. The default of 400 million
   * makes some 100 MB of Parquet.
   */
  readonly shardLength?: number | undefined;
}

export interface HubFolder {
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly localPath: string; readonly bytes: number }[];
  readonly rows: Readonly<Record<string, number>>;
  /** Rows that keep an original response, among these. */
  readonly originalKept: number;
  readonly leftOut: Readonly<LeftOutRows>;
  readonly card: string;
}

/**
 * Writes a run as a dataset of the hub, with Parquet shards in
 * `data/<split>-00000-of-00001.parquet` and the card.
 * @throws UsageError when the run has no finished row, or the folder is taken.
 */
export async function writeHubFolder(options: HubFolderOptions): Promise<HubFolder> {
  await using run = await openExportedRun(options.run, options);
  const { versions, config, source } = run.opened.manifest;
  const version = versions?.sysgen;
  const preset = config?.preset;
  if (version === undefined || preset === undefined)
    throw new UsageError(`${options.run}/run.json does not say how its rows were made. Run it again with this version.`);
  const { survey, leftOut } = surveyRun(run, options);
  await claimFolder(options.to, { ...options, trainer: "hub" });
  await rm(join(options.to, "data"), { recursive: true, force: true });
  await mkdir(join(options.to, "data"));
  const written = await writeShards(run, survey, options);
  const counts = runFigures(run.opened);
  const card = datasetCard({
    name: basename(options.repo ?? resolve(options.run)),
    repo: options.repo,
    splits: written.splits,
    source: { hub: source?.repo, name: run.input === "-" ? "standard input" : basename(run.input) },
    licence: options.licence ?? source?.licence,
    ...written.models,
    version,
    preset,
    responses: options.variant.responses,
    originalKept: survey.originalKept,
    leftOut,
    languages: written.languages,
    settings: settingsOf(run.opened.manifest),
    money: await moneyOf(run.opened),
    judged: options.judged ?? [],
    columns: written.columns,
    counts,
    tagShares: counts.tagShares ?? [],
    judge: counts.judge,
    example: written.example,
  });
  await writeFile(join(options.to, "README.md"), card);
  const paths = ["README.md", ...written.paths];
  const files = await Promise.all(
    paths.map(async (path) => {
      const localPath = join(options.to, path);
      return { path, localPath, bytes: (await stat(localPath)).size };
    }),
  );
  return {
    folder: options.to,
    files,
    rows: Object.fromEntries(written.splits.map(({ name, rows }) => [name, rows])),
    originalKept: survey.originalKept,
    leftOut,
    card,
  };
}

async function writeShards(run: ExportedRun, survey: SplitSurvey, { to, variant, sides, shardLength = 4e8 }: HubFolderOptions) {
  const models = new Set<string>();
  const judgeModels = new Set<string>();
  const sizes = new Map<string, { rows: number; length: number }>();
  const languages = await RowLanguages.open();
  let example = "";
  function* all(): Generator<Columns, void, void> {
    let position = 0;
    for (const row of run.rows()) {
      const side = survey.sideAt(position++);
      const columns = hubRow(row, variant);
      const size = sizes.get(side) ?? { rows: 0, length: 0 };
      sizes.set(side, { rows: size.rows + 1, length: size.length + JSON.stringify(columns).length });
      languages.add(row);
      models.add(row.facts.model);
      judgeModels.add(row.facts.judgeModel);
      example ||= row.systemMessage;
      yield columns;
    }
  }
  // All shards have the columns of all rows, or readers would refuse the second one.
  const columns = await columnsOf(all());
  const paths: string[] = [];
  const splits: { name: string; rows: number; pattern: string }[] = [];
  for (const { name } of sides) {
    const size = sizes.get(name);
    if (size === undefined) continue;
    const shards = Math.max(1, Math.ceil(size.length / shardLength));
    const rowsAShard = Math.ceil(size.rows / shards);
    const rows = rowsOfSide(run.rows(), survey, name);
    for (let shard = 0; shard < shards; shard++) {
      const number = (value: number): string => String(value).padStart(5, "0");
      const path = `data/${name}-${number(shard)}-of-${number(shards)}.parquet`;
      const partial = join(to, `${path}.partial`);
      await writeParquet(partial, take(rows, rowsAShard, variant), columns);
      await rename(partial, join(to, path));
      paths.push(path);
    }
    splits.push({ name, rows: size.rows, pattern: `data/${name}-*` });
  }
  return {
    paths,
    splits,
    columns: columns.map(({ name }) => name),
    example,
    languages: languages.codes(),
    models: { models: [...models], judgeModels: [...judgeModels] },
  };
}

/** The next rows of an iterator, which goes on where they end. */
function* take(rows: Iterator<ExportedRow>, most: number, variant: Variant): Generator<Columns, void, void> {
  for (let taken = 0; taken < most; taken++) {
    const next = rows.next();
    if (next.done === true) return;
    yield hubRow(next.value, variant);
  }
}
