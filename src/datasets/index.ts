import type { Example } from "../records/example.ts";
import { isReadable, type Row, type RowProblem } from "../records/row.ts";
import { UsageError } from "../errors.ts";
import { readRows } from "./files/read-rows.ts";
import type { ColumnMapping } from "./formats/columns.ts";
import { RowError, type Format } from "./formats/format.ts";
import { detectFormat, formatByName } from "./formats/index.ts";
import { openInput, type Input, type InputFile, type InputOptions } from "./input.ts";
import { selectRows, type Selection, type SelectionOptions } from "./selection.ts";
import { idOf, toExample } from "./to-example.ts";
import { UniqueIds } from "./unique-ids.ts";

export interface DatasetOptions extends SelectionOptions, InputOptions {
  /** A file, a folder, a pattern, or `-` for stdin. */
  readonly input: string;
  /** Name of a format; detected from the first rows when left out. */
  readonly format?: string | undefined;
  /** The columns of the format `columns`, which is meant when this is given. */
  readonly columns?: ColumnMapping | undefined;
  readonly maxRowBytes: number;
}

/** One row on its way: the example it holds, or why it holds none. */
export interface DatasetEntry {
  /** Position among all rows of the input, from 0. Blank lines are no rows. */
  readonly index: number;
  readonly row: Row;
  /** The row's file, where the input has several. */
  readonly file: string | undefined;
  /** Unique in the dataset: a repeated id gets a suffix such as `#2`. */
  readonly id: string;
  readonly idIsRepeated: boolean;
  readonly content: { readonly example: Example } | { readonly problem: RowProblem };
}

export interface Dataset {
  readonly input: Input;
  readonly format: Format;
  readonly selection: Selection;
  readonly entries: AsyncGenerator<DatasetEntry, void, void>;
  /** How many rows `entries` gives; undefined where the input can be read only once. Goes through the whole input where its metadata does not say. */
  count(): Promise<number | undefined>;
  /** For a dataset whose entries are not gone through to their end, or not at all. */
  close(): Promise<void>;
}

/** How many readable rows detection looks at. */
const sampleSize = 100;

/**
 * Opens a dataset: finds its files and its format, and hands out its rows one at a time.
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
    const entries = entriesOf(sample, batches, format, selection);
    return {
      input,
      format,
      selection,
      entries,
      async count() {
        if (!input.isRepeatable) return undefined;
        const rowsInAll = await total();
        const inWindow = Math.max(0, Math.min(rowsInAll, selection.end) - (options.offset ?? 0));
        return Math.min(inWindow, options.sample ?? Infinity);
      },
      async close() {
        await entries.return();
        // Entries that were never begun do not end what is below them.
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

/** @throws UsageError when no row can be read, or they fit no format. */
function formatOf(sample: readonly PlacedRow[], input: Input, options: DatasetOptions): Format {
  const [first] = sample;
  if (first === undefined) throw new UsageError(`${options.input} holds no rows.`);
  const readable = sample.map(({ row }) => row).filter(isReadable);
  if (readable.length === 0 && !isReadable(first.row)) {
    const { line, problem } = first.row;
    throw new UsageError(`${first.file ?? options.input}:${line}: no row could be read. ${problem.reason}: ${problem.detail}`);
  }
  const named = options.format ?? (options.columns === undefined ? input.format : "columns");
  if (named !== undefined) return formatByName(named, options.columns);
  return detectFormat(
    options.input,
    readable.slice(0, sampleSize).map(({ value }) => value),
  );
}

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

/** Rows of all files, as far as any can be taken; asked of metadata where there is some, and counted once. */
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

/** @param sample The first rows; they are taken out of it, so that they are not in memory for as long as the run. */
async function* entriesOf(
  sample: PlacedRow[],
  rest: AsyncGenerator<readonly PlacedRow[], void, void>,
  format: Format,
  selection: Selection,
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
        // A row that is not taken counts for ids too: they must not hang on what is selected.
        const id = idIn(placed, ids);
        if (selection.includes(index)) yield entryOf(placed, index, format, id);
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
