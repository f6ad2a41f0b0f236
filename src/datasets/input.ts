import { stat } from "node:fs/promises";
import { basename, extname, relative, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { withoutCompression } from "./files/decompress.ts";
import type { FileType } from "./files/file-type.ts";
import { endings, fileTypeByName, fileTypeOfName } from "./files/index.ts";
import { fileAt, type OpenFile } from "./files/read-rows.ts";

export interface InputOptions {
  /** Name of the file type where names do not tell it. */
  readonly fileType?: string | undefined;
  readonly stdin: AsyncIterable<Uint8Array>;
}

/** What `<input>` means: the files whose rows follow each other. */
export interface Input {
  readonly files: readonly InputFile[];
  /** Marks the content: another stamp means that rows may have changed. Undefined when it cannot be told. */
  readonly stamp: string | undefined;
  /** Rows in all, where the source says so. */
  readonly rows?: number | undefined;
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
 * Finds the files of an input: a path, a folder, a pattern such as `data/*.parquet`, or `-` for stdin.
 * @throws UsageError when there are none, or they are of several types.
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
    return { files: [file], stamp: undefined, isRepeatable: false };
  }
  const info = await stat(input).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new UsageError(`Cannot read ${input}: ${error.message}`);
  });
  if (info?.isDirectory() === true) return several(input, await dataFilesIn(input), type);
  if (info !== undefined) {
    if (type === undefined && fileTypeOfName(input) === undefined && info.isFile() && !input.startsWith("/dev/"))
      throw new UsageError(
        `${input}: unknown file type "${extname(withoutCompression(input))}". Expected ${endings()}, or say it with --file-type.`,
      );
    const isRepeatable = info.isFile();
    const only = isRepeatable ? await localFile(input, input, type) : pipe(input, type);
    return { files: [only], stamp: isRepeatable ? `${info.size}:${info.mtimeMs}` : undefined, isRepeatable };
  }
  if (/[*?[\]{}]/.test(input)) return several(input, await matching(input), type);
  throw new UsageError(
    `No file at ${input}. Give the path of a ${endings()} file, a folder or a pattern such as data/*.parquet, or - for JSON Lines on stdin.`,
  );
}

/** The input's name for people and for the default run directory: `rows` of `data/rows.jsonl.gz`, `stdin` of `-`. */
export function inputName(input: string): string {
  if (input === "-") return "stdin";
  const name = withoutCompression(input).replace(/[*?[\]{}]+/g, "");
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
  const files = await Promise.all(paths.map((path) => localFile(path, relative("", path) || path, type)));
  const stamps = await Promise.all(paths.map(async (path) => `${resolve(path)}:${(await stat(path)).size}:${(await stat(path)).mtimeMs}`));
  return { files, stamp: stamps.join("\n"), isRepeatable: true };
}

async function dataFilesIn(folder: string): Promise<string[]> {
  const { glob } = await import("tinyglobby");
  const found = await glob("**/*", { cwd: folder, absolute: true, onlyFiles: true });
  return inOrder(found.filter((path) => fileTypeOfName(path) !== undefined && !notData.has(basename(path))));
}

async function matching(pattern: string): Promise<string[]> {
  const { glob } = await import("tinyglobby");
  const found = await glob(pattern, { absolute: true, onlyFiles: true, expandDirectories: false });
  const unknown = found.find((path) => fileTypeOfName(path) === undefined);
  if (unknown !== undefined) throw new UsageError(`${pattern}: ${relative("", unknown)} is of no known file type. Expected ${endings()}.`);
  return inOrder(found);
}

/** Files that accompany data on the hub. */
const notData = new Set(["dataset_infos.json", "dataset_info.json", "dataset_dict.json", "state.json"]);

/** `train-2` before `train-10`. */
function inOrder(paths: readonly string[]): string[] {
  return paths.toSorted(new Intl.Collator("en", { numeric: true }).compare);
}
