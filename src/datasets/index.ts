import { hash } from "node:crypto";
import type { Example } from "../records/example.ts";
import { isResponse } from "../records/message.ts";
import { hasReasoning } from "../records/reasoning.ts";
import { isReadable, type Row, type RowProblem } from "../records/row.ts";
import { UsageError } from "../errors.ts";
import { UnreadColumns, unreadWarning } from "./columns/unread-columns.ts";
import { readRows } from "./files/read-rows.ts";
import { checkMapping, missingSystemWarning, type ColumnMapping } from "./formats/columns.ts";
import { isColumns, RowError, type Format } from "./formats/format.ts";
import { detectFormat, formatByName } from "./formats/index.ts";
import { openInput, type Input, type InputFile, type InputOptions } from "./input.ts";
import { selectRows, type Selection, type SelectionOptions } from "./selection.ts";
import { rowsOfShard, type Shard } from "./shard.ts";
import { idOf, toExample } from "./to-example.ts";
import { UniqueIds } from "./unique-ids.ts";

/** What `openDataset` reads. */
export interface DatasetOptions extends SelectionOptions, InputOptions {
  /**
   * A file, a folder, a pattern, a reference to the hub (`hf:<owner>/<name>`), the name of a known
   * set, or `-` for stdin.
   */
  readonly input: string;
  /** Name of a format. Default is the format that fits the first rows. */
  readonly format?: string | undefined;
  /** Formats of the user's own, which are tried before those of the program. */
  readonly formats?: readonly Format[] | undefined;
  /** The columns of the format `columns`. Implies that format when `format` is undefined. */
  readonly columns?: ColumnMapping | undefined;
  /** Rows larger than this are rejected. */
  readonly maxRowBytes: number;
  /** Rows of `drawn`. Default 0. */
  readonly draw?: number | undefined;
  /** Only rows of this shard are given. Ids and positions stay those of the whole. Default all. */
  readonly shard?: Shard | undefined;
}

/** One row of a dataset, with the example that it holds or the reason why it holds none. */
export interface DatasetEntry {
  /** Position among all rows of the input, from 0. Blank lines are not counted. */
  readonly index: number;
  readonly row: Row;
  /** The row's file, when the input has several. */
  readonly file: string | undefined;
  /**
   * The row's own id, else `line-<n>`, or `<file>:<n>` when the input has several files. Unique in
   * the dataset, because a repeated id gets a suffix such as `#2`.
   */
  readonly id: string;
  readonly idIsRepeated: boolean;
  readonly content: { readonly example: Example } | { readonly problem: RowProblem };
}

/** An open dataset. `entries` can be iterated once. */
export interface Dataset {
  readonly input: Input;
  readonly format: Format;
  readonly selection: Selection;
  readonly entries: AsyncGenerator<DatasetEntry, void, void>;
  /**
   * Rows that are drawn out of the first rows of the input by the seed and their text. The
   * selection does not change them. Rows of stdin behind the selection's end take no part, because
   * they may never come.
   */
  readonly drawn: readonly DatasetEntry[];
  /** What a person should know of the dataset before a run, by its first rows. */
  readonly warnings: readonly string[];
  /**
   * How many rows `entries` gives. Undefined for a shard, and when the input can be read only once.
   * Reads the whole input when its metadata does not record the number.
   */
  count(): Promise<number | undefined>;
  /** Closes the dataset. Needed when `entries` is not iterated to its end. */
  close(): Promise<void>;
}

/** Out of how much of the input rows are drawn at most. */
const drawnFrom = { rows: 1_000, characters: 16_000_000 };
/** Detection of the format looks at this many readable rows. */
const sampleSize = 100;

/**
 * Opens a dataset. Finds its files and its format, and yields its rows one at a time.
 * @throws UsageError when the input cannot be read, holds no row, or fits no format.
 */
export async function openDataset(options: DatasetOptions): Promise<Dataset> {
  const input = await openInput(options.input, options);
  if (options.sample !== undefined && !input.isRepeatable)
    throw new UsageError("--sample goes through the input twice, and stdin or a pipe can be read only once. Write it to a file first.");
  const total = countOnce(input, options);
  const selection = await selectRows(options, total);
  const batches = rowsOf(input, options);
  try {
    const sample = await firstRows(batches, selection);
    const format = formatOf(sample, input, options);
    const drawn = await drawnOf(sample, batches, format, input, selection, options);
    const warnings = warningsOf(sample.slice(0, sampleSize), format, options);
    const { shard } = options;
    const isMeant = shard === undefined ? undefined : rowsOfShard(shard, drawn);
    const entries = entriesOf(sample, batches, format, selection, isMeant);
    return {
      input,
      format,
      selection,
      entries,
      drawn,
      warnings,
      async count() {
        if (!input.isRepeatable || shard !== undefined) return undefined;
        const rowsInAll = await total();
        const inWindow = Math.max(0, Math.min(rowsInAll, selection.end) - (options.offset ?? 0));
        return Math.min(inWindow, options.sample ?? Infinity);
      },
      async close() {
        await entries.return();
        // Returning a generator that never started does not run its `finally`.
        await batches.return();
      },
    };
  } catch (error) {
    await batches.return();
    throw error;
  }
}

async function firstRows(batches: AsyncIterator<readonly PlacedRow[], void>, selection: Selection): Promise<PlacedRow[]> {
  const sample: PlacedRow[] = [];
  let readable = 0;
  while (readable < sampleSize && sample.length < Math.min(10 * sampleSize, selection.end)) {
    const next = await batches.next();
    if (next.done === true) break;
    for (const placed of next.value) {
      sample.push(placed);
      if (isReadable(placed.row)) readable++;
    }
  }
  return sample;
}

/**
 * Draws rows out of the first ones, and leaves what it read for this in `sample`.
 * @param sample The rows that are read already.
 */
async function drawnOf(
  sample: PlacedRow[],
  rest: AsyncIterator<readonly PlacedRow[], void>,
  format: Format,
  { isRepeatable }: Input,
  selection: Selection,
  { draw = 0, seed = 0 }: DatasetOptions,
): Promise<DatasetEntry[]> {
  if (draw === 0) return [];
  const most = isRepeatable ? drawnFrom.rows : Math.min(drawnFrom.rows, selection.end);
  let characters = sample.reduce((sum, { row }) => sum + row.raw.length, 0);
  while (sample.length < most && characters < drawnFrom.characters) {
    const next = await rest.next();
    if (next.done === true) break;
    sample.push(...next.value);
    characters += next.value.reduce((sum, { row }) => sum + row.raw.length, 0);
  }
  const ids = new UniqueIds();
  return sample
    .slice(0, most)
    .map((placed, index) => ({ placed, index, id: idIn(placed, ids), order: hash("sha1", `${seed}\0${placed.row.raw}`, "base64url") }))
    .toSorted((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.index - b.index))
    .slice(0, draw)
    .map(({ placed, index, id }) => entryOf(placed, index, format, id));
}

/**
 * The format that is named, known for the input, or detected from the first rows.
 * @throws UsageError when no row can be read, no format fits, or a named column is in no row.
 */
function formatOf(sample: readonly PlacedRow[], input: Input, options: DatasetOptions): Format {
  const [first] = sample;
  if (first === undefined) throw new UsageError(`${options.input} holds no rows.`);
  const readable = sample.map(({ row }) => row).filter(isReadable);
  if (readable.length === 0 && !isReadable(first.row)) {
    const { line, problem } = first.row;
    throw new UsageError(`${first.file ?? options.input}:${line}: no row could be read. ${problem.reason}: ${problem.detail}`);
  }
  const named = options.format ?? (options.columns === undefined ? input.format : "columns");
  const values = readable.slice(0, sampleSize).map(({ value }) => value);
  const { formats: own = [] } = options;
  const format = named === undefined ? detectFormat(options.input, values, own) : formatByName(named, options.columns, own);
  const rows = values.filter(isColumns);
  if (named === "columns" && options.columns !== undefined) checkMapping(options.input, rows, options.columns);
  return format.forRows?.(rows) ?? format;
}

function warningsOf(sample: readonly PlacedRow[], format: Format, { columns }: DatasetOptions): string[] {
  const unread = new UnreadColumns();
  let reasoning = 0;
  for (const [index, placed] of sample.entries()) {
    const { content } = entryOf(placed, index, format, { id: "", idIsRepeated: false });
    if (!("example" in content)) continue;
    unread.add(content.example);
    if (content.example.messages.some((message) => isResponse(message) && hasReasoning(message))) reasoning++;
  }
  const rows = sample.flatMap(({ row }) => (isReadable(row) && isColumns(row.value) ? [row.value] : []));
  const missing = columns && missingSystemWarning(rows, columns);
  return [missing, unreadWarning(unread.names), reasoningWarning(reasoning, sample.length)].filter((warning) => warning !== undefined);
}

function reasoningWarning(rows: number, of: number): string | undefined {
  if (rows === 0) return undefined;
  return `Responses hold reasoning, such as <think>, in ${rows} of the first ${of} rows. New responses are written without it, and it is left out of originals that are kept, so that all rows of the dataset are of one kind.`;
}

/** A row and the file that it is from. */
interface PlacedRow {
  readonly row: Row;
  readonly file: string | undefined;
}

async function* rowsOf({ files }: Input, options: DatasetOptions): AsyncGenerator<readonly PlacedRow[], void, void> {
  for (const file of files) {
    const name = files.length > 1 ? file.name : undefined;
    for await (const rows of readRows(await file.open(), options)) yield rows.map((row) => ({ row, file: name }));
  }
}

/**
 * Returns a function that counts the rows of all files once, up to the last row that may be
 * selected. Takes the number from a file's metadata when it is there.
 */
function countOnce({ files }: Input, options: DatasetOptions): () => Promise<number> {
  const most = (options.offset ?? 0) + (options.limit ?? Infinity);
  let counted: Promise<number> | undefined;
  const countAll = async (): Promise<number> => {
    let rows = 0;
    for (const file of files) {
      rows += (await file.count()) ?? (await countByReading(file, options, most - rows));
      if (rows >= most) return most;
    }
    return rows;
  };
  return () => (counted ??= countAll());
}

async function countByReading(file: InputFile, options: DatasetOptions, most: number): Promise<number> {
  let rows = 0;
  for await (const batch of readRows(await file.open(), options)) {
    rows += batch.length;
    if (rows >= most) break;
  }
  return rows;
}

/**
 * The entries of the selected rows.
 * @param sample The first rows. They are removed from this array, so that they do not stay in
 * memory for the whole run.
 * @param isMeant Which of them are given. Default all.
 */
async function* entriesOf(
  sample: PlacedRow[],
  rest: AsyncGenerator<readonly PlacedRow[], void, void>,
  format: Format,
  selection: Selection,
  isMeant: ((entry: DatasetEntry) => boolean) | undefined,
): AsyncGenerator<DatasetEntry, void, void> {
  const ids = new UniqueIds();
  let index = 0;
  try {
    for (
      let batch: readonly PlacedRow[] | undefined = sample.splice(0);
      batch !== undefined;
      batch = (await rest.next()).value ?? undefined
    ) {
      for (const placed of batch) {
        if (index >= selection.end) return;
        // Rows that are not selected get ids too, so that ids do not depend on the selection.
        const id = idIn(placed, ids);
        if (selection.includes(index)) {
          const entry = entryOf(placed, index, format, id);
          if (isMeant === undefined || isMeant(entry)) yield entry;
        }
        index++;
      }
      if (index >= selection.end) return;
    }
  } finally {
    await rest.return();
  }
}

function idIn({ row, file }: PlacedRow, ids: UniqueIds): { id: string; idIsRepeated: boolean } {
  const own = (isReadable(row) ? idOf(row.value) : undefined) ?? (file === undefined ? `line-${row.line}` : `${file}:${row.line}`);
  const id = ids.unique(own);
  return { id, idIsRepeated: id !== own };
}

function entryOf({ row, file }: PlacedRow, index: number, format: Format, id: { id: string; idIsRepeated: boolean }): DatasetEntry {
  const entry = { index, row, file, id: id.id, idIsRepeated: id.idIsRepeated };
  if (!isReadable(row)) return { ...entry, content: { problem: row.problem } };
  try {
    return { ...entry, content: { example: toExample({ id: id.id, line: row.line }, row.value, format) } };
  } catch (error) {
    if (error instanceof RowError) return { ...entry, content: { problem: { reason: error.reason, detail: error.message } } };
    throw error;
  }
}
