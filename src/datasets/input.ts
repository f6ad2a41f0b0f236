import { stat } from "node:fs/promises";
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

/** Where a dataset of the hub was taken from. */
export interface HubSource {
  readonly repo: string;
  readonly commit: string;
  readonly config: string;
  readonly split: string;
  readonly licence?: string;
}

export interface InputOptions {
  /** Name of the file type where names do not tell it. */
  readonly fileType?: string | undefined;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** For the hub's address, token and cache. Default `process.env`. */
  readonly env?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told what a person should know, such as files that are left out. */
  readonly onNotice?: ((text: string) => void) | undefined;
  readonly onDownload?: ((progress: { receivedBytes: number; totalBytes: number | undefined }) => void) | undefined;
}

/** What `<input>` means: the files whose rows follow each other. */
export interface Input {
  readonly files: readonly InputFile[];
  /** What it is, wherever the program is started: an absolute path or pattern, a reference to the hub, or `-`. */
  readonly identity: string;
  /** Marks the content: another stamp means that rows may have changed. Undefined when it cannot be told. */
  readonly stamp: string | undefined;
  /** Rows in all, where the source says so. */
  readonly rows?: number | undefined;
  /** The format that the dataset is known to have. */
  readonly format?: string | undefined;
  readonly source?: HubSource | undefined;
  /** It can be read more than once. */
  readonly isRepeatable: boolean;
}

export interface InputFile {
  /** For messages: the path as given, or inside the folder or dataset that was. */
  readonly name: string;
  /** Size as stored; undefined for a stream. */
  readonly bytes: number | undefined;
  open(): Promise<OpenFile>;
  /** Rows as the file's own metadata gives them. */
  count(): Promise<number | undefined>;
}

/**
 * Finds the files of an input: a path, a folder, a pattern such as `data/*.parquet`, a dataset of the hub, or `-` for stdin.
 * @throws UsageError when there are none, or they are of several types, or the hub refuses.
 */
export async function openInput(input: string, options: InputOptions): Promise<Input> {
  const type = options.fileType === undefined ? undefined : fileTypeByName(options.fileType);
  if (input === "-") {
    const file = {
      name: "stdin",
      bytes: undefined,
      open: () => Promise.resolve({ name: "stdin", path: undefined, stream: options.stdin, type }),
      count: none,
    };
    return { files: [file], identity: "-", stamp: undefined, isRepeatable: false };
  }
  if (isHubReference(input)) return hubInput(parseHubReference(input), undefined, options);
  const info = await stat(input).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new UsageError(`Cannot read ${input}: ${error.message}`);
  });
  if (info?.isDirectory() === true) return several(input, await dataFilesIn(input, options), type);
  if (info !== undefined) {
    if (type === undefined && fileTypeOfName(input) === undefined && info.isFile() && !input.startsWith("/dev/"))
      throw new UsageError(
        `${input}: unknown file type "${extname(withoutCompression(input))}". Expected ${endings()}, or say it with --file-type.`,
      );
    const isRepeatable = info.isFile();
    const only = isRepeatable ? await localFile(input, input, type) : pipe(input, type);
    return { files: [only], identity: resolve(input), stamp: isRepeatable ? `${info.size}:${info.mtimeMs}` : undefined, isRepeatable };
  }
  if (isPattern(input)) return several(input, await matching(input), type);
  const known = knownSets.find(({ name }) => name === input);
  if (known) return hubInput(parseHubReference(`hf:${known.reference}`), known, options);
  throw new UsageError(
    `No file at ${input}. Give the path of a ${endings()} file, a folder, a pattern such as data/*.parquet, hf:<owner>/<dataset>, one of ${knownSets.map(({ name }) => name).join(", ")}, or - for JSON Lines on stdin.`,
  );
}

/** Characters that make a path a pattern. */
const wildcard = /[*?[\]{}]/;

/** True for a path that means several files, such as `data/*.parquet`. */
export function isPattern(input: string): boolean {
  return wildcard.test(input);
}

/** What a pattern says before its first wildcard. */
export function fixedStart(pattern: string): string {
  return pattern.split(wildcard, 1)[0] ?? "";
}

/** The input's name for people and for the default run directory: `rows` of `data/rows.jsonl.gz`, `stdin` of `-`. */
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

/** Something that is no file and can be read once, such as a named pipe. */
function pipe(path: string, type: FileType | undefined): InputFile {
  return {
    name: path,
    bytes: undefined,
    open: () => Promise.resolve({ ...fileAt(path, type), path: undefined, type: type ?? fileTypeOfName(path) }),
    count: none,
  };
}

async function several(input: string, paths: readonly string[], type: FileType | undefined): Promise<Input> {
  if (paths.length === 0) throw new UsageError(`No data file in ${input}. Expected files that end in ${endings()}.`);
  const types = new Set(paths.map((path) => fileTypeOfName(path)?.name ?? "unknown"));
  if (type === undefined && types.size > 1)
    throw new UsageError(
      `${input} holds files of several types (${[...types].join(", ")}). Name those that you mean, with a pattern such as ${input}/*.parquet`,
    );
  // Rows without an id get one of their file's name, which must not hang on where the program is started.
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

/** A folder's data files, by the hub's conventions: of several splits, the one for training. */
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
