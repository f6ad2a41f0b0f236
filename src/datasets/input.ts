import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { inNaturalOrder, isDataFile, splitsByName } from "../hub/data-file-names.ts";
import type { Environment } from "../platform/environment.ts";
import type { HubFile } from "../hub/hub-file.ts";
import { formatHubReference, isHubReference, parseHubReference, type HubReference } from "../hub/reference.ts";
import { withoutCompression } from "./files/decompress.ts";
import type { FileType } from "./files/file-type.ts";
import { endings, fileTypeByName, fileTypeOfName } from "./files/index.ts";
import { fileAt, type OpenFile } from "./files/read-rows.ts";
import { knownSets, type KnownSet } from "./known-sets.ts";

/** Where on the Hugging Face hub a dataset came from. */
export interface HubSource {
  readonly repo: string;
  readonly commit: string;
  readonly config: string;
  readonly split: string;
  readonly licence?: string;
}

/** Options of `openInput`. */
export interface InputOptions {
  /** Name of the file type, for files whose names do not tell it. */
  readonly fileType?: string | undefined;
  /** Read when the input is `-` or `(rows)`. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Environment variables for the hub's address, token and cache. Default `process.env`. */
  readonly env?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with what a person should know, such as files that are left out. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Called while a file is fetched from the hub. */
  readonly onDownload?: ((progress: { receivedBytes: number; totalBytes: number | undefined }) => void) | undefined;
}

/** The input whose rows a program gives. They come as `stdin`. */
export const givenRows = "(rows)";

/** What `<input>` stands for. The rows of its files follow each other. */
export interface Input {
  readonly files: readonly InputFile[];
  /**
   * The input independent of the working directory. An absolute path or pattern, a hub reference,
   * or `-`.
   */
  readonly identity: string;
  /** Changes when the rows may have changed. Undefined when that cannot be told. */
  readonly stamp: string | undefined;
  /** The number of all rows, when the source records it. */
  readonly rows?: number | undefined;
  /** Name of the format, when it is known for this dataset. */
  readonly format?: string | undefined;
  /** Undefined for local files. */
  readonly source?: HubSource | undefined;
  /** Whether the input can be read more than once. False for stdin and pipes. */
  readonly isRepeatable: boolean;
}

/** One file of an input. */
export interface InputFile {
  /**
   * Name for messages and row ids. The path as given for a single file, else the path below the
   * common folder or inside the hub's dataset.
   */
  readonly name: string;
  /** Size as stored. Undefined for a stream. */
  readonly bytes: number | undefined;
  /** Opens the file at its beginning. Fetches a file of the hub first. */
  open(): Promise<OpenFile>;
  /**
   * Number of rows by the file's own metadata. Undefined when the metadata has none, or the file is
   * not yet fetched from the hub.
   */
  count(): Promise<number | undefined>;
}

/**
 * Finds the files of an input. An input is a path, a folder, a pattern such as `data/*.parquet`, a
 * hub reference, the name of a known set, or `-` for stdin.
 * @throws UsageError when there are no files, the files are of several types, or the hub refuses.
 */
export async function openInput(input: string, options: InputOptions): Promise<Input> {
  const type = options.fileType === undefined ? undefined : fileTypeByName(options.fileType);
  if (input === "-" || input === givenRows) {
    const name = input === "-" ? "stdin" : "rows";
    const file = {
      name,
      bytes: undefined,
      open: () => Promise.resolve({ name, path: undefined, stream: options.stdin, type }),
      count: none,
    };
    return { files: [file], identity: input, stamp: undefined, isRepeatable: false };
  }
  if (isHubReference(input)) return hubInput(parseHubReference(input), undefined, options);
  const info = await stat(input).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new UsageError(`Cannot read ${input}: ${error.message}`);
  });
  if (info?.isDirectory() === true) await refuseArrow(input);
  if (info?.isDirectory() === true) return severalFiles(input, await dataFilesIn(input, options), type);
  if (info !== undefined) {
    if (/\.(?:arrow|feather)$/i.test(input) && info.isFile())
      throw new UsageError(
        `${input} is an Arrow file, which is not read. Write it as Parquet: python3 -c "from datasets import Dataset; Dataset.from_file('${input}').to_parquet('rows.parquet')"`,
      );
    if (type === undefined && fileTypeOfName(input) === undefined && info.isFile() && !input.startsWith("/dev/"))
      throw new UsageError(
        `${input}: unknown file type "${extname(withoutCompression(input))}". Expected ${endings()}, or say it with --file-type.`,
      );
    const isRepeatable = info.isFile();
    const only = isRepeatable ? await localFile(input, input, type) : pipe(input, type);
    return { files: [only], identity: resolve(input), stamp: isRepeatable ? `${info.size}:${info.mtimeMs}` : undefined, isRepeatable };
  }
  if (isPattern(input)) return severalFiles(input, await matching(input), type);
  const known = knownSets.find(({ name }) => name === input);
  if (known) return hubInput(parseHubReference(`hf:${known.reference}`), known, options);
  throw new UsageError(
    `No file at ${input}. Give the path of a ${endings()} file, a folder, a pattern such as data/*.parquet, hf:<owner>/<dataset>, one of ${knownSets.map(({ name }) => name).join(", ")}, or - for JSON Lines on stdin.`,
  );
}

/**
 * Refuses folders that `save_to_disk` of `datasets` wrote. Their rows are in Arrow files, and their
 * JSON files would be taken for data.
 * @throws UsageError with the command that writes Parquet.
 */
async function refuseArrow(folder: string): Promise<void> {
  const names = await readdir(folder);
  const splits = names.includes("dataset_dict.json");
  if (!splits && !(names.includes("state.json") && names.some((name) => name.endsWith(".arrow")))) return;
  const rows = `load_from_disk('${folder}')${splits ? "['train']" : ""}`;
  throw new UsageError(
    `${folder} was written by save_to_disk of datasets, whose Arrow files are not read. Write it as Parquet: python3 -c "from datasets import load_from_disk; ${rows}.to_parquet('rows.parquet')"`,
  );
}

/** The characters that make a path a pattern. */
const wildcard = /[*?[\]{}]/;

/** True for a path that stands for several files, such as `data/*.parquet`. */
export function isPattern(input: string): boolean {
  return wildcard.test(input);
}

/** The part of a pattern before its first wildcard. */
export function fixedStart(pattern: string): string {
  return pattern.split(wildcard, 1)[0] ?? "";
}

/**
 * The input's name for people and for the default run directory. For example `rows` for
 * `data/rows.jsonl.gz` and `stdin` for `-`.
 */
export function inputName(input: string): string {
  if (input === "-") return "stdin";
  if (isHubReference(input)) return parseHubReference(input).repo.split("/").at(-1) ?? "rows";
  const name = withoutCompression(input).split(wildcard).join("");
  return basename(name, extname(name)).replace(/^[-_.]+|[-_.]+$/g, "") || "rows";
}

const none = (): Promise<undefined> => Promise.resolve(undefined);

async function localFile(path: string, name: string, type: FileType | undefined): Promise<InputFile> {
  const own = type ?? fileTypeOfName(path);
  return {
    name,
    bytes: (await stat(path)).size,
    open: () => Promise.resolve({ ...fileAt(path, type), name }),
    count: () => (own?.count && withoutCompression(path) === path ? own.count(path) : none()),
  };
}

/** An input that is not a regular file and can be read once, such as a named pipe. */
function pipe(path: string, type: FileType | undefined): InputFile {
  return {
    name: path,
    bytes: undefined,
    open: () => Promise.resolve({ ...fileAt(path, type), path: undefined, type: type ?? fileTypeOfName(path) }),
    count: none,
  };
}

async function severalFiles(input: string, paths: readonly string[], type: FileType | undefined): Promise<Input> {
  if (paths.length === 0) throw new UsageError(`No data file in ${input}. Expected files that end in ${endings()}.`);
  const types = new Set(paths.map((path) => fileTypeOfName(path)?.name ?? "unknown"));
  if (type === undefined && types.size > 1)
    throw new UsageError(
      `${input} holds files of several types (${[...types].join(", ")}). Name those that you mean, with a pattern such as ${input}/*.parquet`,
    );
  // Rows without an id get one made of the file's name. The name must not depend on the working
  // directory.
  const above = commonFolder(paths.map((path) => resolve(path)));
  const files = await Promise.all(paths.map((path) => localFile(path, relative(above, path), type)));
  const stamps = await Promise.all(paths.map(async (path) => `${resolve(path)}:${(await stat(path)).size}:${(await stat(path)).mtimeMs}`));
  return { files, identity: resolve(input), stamp: stamps.join("\n"), isRepeatable: true };
}

function commonFolder(paths: readonly string[]): string {
  const [first = ""] = paths;
  let folder = dirname(first);
  while (!paths.every((path) => path.startsWith(join(folder, "/")))) folder = dirname(folder);
  return folder;
}

async function hubInput(reference: HubReference, known: KnownSet | undefined, options: InputOptions): Promise<Input> {
  const { env = process.env, signal, onNotice, onDownload } = options;
  const { openHubDataset } = await import("../hub/dataset-files.ts");
  const dataset = await openHubDataset(reference, { env, signal, onNotice, onProgress: onDownload });
  const { repo, commit, config, split, card } = dataset;
  const licence = card.licence ?? known?.licence;
  return {
    files: dataset.files.map(hubInputFile),
    identity: formatHubReference({ ...reference, config, split }),
    stamp: `${commit}\n${dataset.files.map(({ path }) => path).join("\n")}`,
    rows: card.rows ?? known?.rows,
    format: known?.format,
    source: { repo, commit, config, split, ...(licence === undefined ? {} : { licence }) },
    isRepeatable: true,
  };
}

/** A file that is fetched when it is opened. Counting its rows does not fetch it. */
function hubInputFile(file: HubFile): InputFile {
  let fetched: string | undefined;
  const type = fileTypeOfName(file.path);
  return {
    name: file.path,
    bytes: file.bytes,
    async open() {
      fetched = await file.fetch();
      return { ...fileAt(fetched, type), name: file.path };
    },
    count: () => (fetched !== undefined && type?.count && withoutCompression(file.path) === file.path ? type.count(fetched) : none()),
  };
}

/**
 * A folder's data files, found by the conventions of the hub
 * (https://huggingface.co/docs/hub/datasets-file-names-and-splits). When the files make several
 * splits and one of them is `train`, only the files of `train`.
 */
async function dataFilesIn(folder: string, { onNotice }: InputOptions): Promise<string[]> {
  const { glob } = await import("tinyglobby");
  const found = (await glob("**/*", { cwd: folder, onlyFiles: true })).filter(isDataFile);
  const splits = splitsByName(found);
  const train = splits.get("train");
  if (splits.size > 1 && train !== undefined) {
    const other = [...splits.keys()].find((name) => name !== "train");
    onNotice?.(`${folder} holds several splits: train is read. For another, name its files, such as '${folder}/*${other ?? ""}*'`);
  }
  const paths = splits.size > 1 && train !== undefined ? train : inNaturalOrder(found);
  return paths.map((path) => join(folder, path));
}

async function matching(pattern: string): Promise<string[]> {
  const { glob } = await import("tinyglobby");
  const found = await glob(pattern, { absolute: true, onlyFiles: true, expandDirectories: false });
  const unknown = found.find((path) => fileTypeOfName(path) === undefined);
  if (unknown !== undefined) throw new UsageError(`${pattern}: ${relative("", unknown)} is of no known file type. Expected ${endings()}.`);
  return inNaturalOrder(found);
}
