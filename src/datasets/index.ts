import { createHash } from "node:crypto";
import type { Example } from "../records/example.ts";
import { isReadable, type Row, type RowProblem } from "../records/row.ts";
import { UsageError } from "../errors.ts";
import { readRows } from "./files/index.ts";
import { RowError, type Format } from "./formats/format.ts";
import { detectFormat, formatByName } from "./formats/index.ts";
import { idOf, toConversation } from "./to-example.ts";

export interface DatasetOptions {
  /** Path of a file, or `-` for JSON Lines on stdin. */
  readonly input: string;
  /** Name of a format; detected from the first rows when left out. */
  readonly format?: string | undefined;
  /** Rows to read at most; all when left out. Blank lines are no rows. */
  readonly limit?: number | undefined;
  readonly maxRowBytes: number;
  readonly stdin: AsyncIterable<Uint8Array>;
}

/** One row on its way: the example it holds, or why it holds none. */
export interface DatasetEntry {
  /** Position among the rows of the input, from 0. */
  readonly index: number;
  readonly line: number;
  /** Unique in the dataset: a repeated id gets a suffix such as `#2`. */
  readonly id: string;
  readonly idIsRepeated: boolean;
  readonly raw: string;
  readonly content: { readonly example: Example } | { readonly problem: RowProblem };
}

export interface Dataset {
  readonly format: Format;
  readonly entries: AsyncGenerator<DatasetEntry, void, void>;
}

/** How many readable rows detection looks at. */
const sampleSize = 100;

/**
 * Opens a dataset: finds its format and hands out its rows one at a time.
 * @throws UsageError when the input cannot be read, holds no row, or fits no format.
 */
export async function openDataset(options: DatasetOptions): Promise<Dataset> {
  const rows = readRows(options.input, { maxRowBytes: options.maxRowBytes }, options.stdin);
  const sample: Row[] = [];
  let readable = 0;
  while (readable < sampleSize && sample.length < 10 * sampleSize && sample.length < (options.limit ?? Infinity)) {
    const next = await rows.next();
    if (next.done === true) break;
    sample.push(next.value);
    if (isReadable(next.value)) readable++;
  }
  const first = sample[0];
  if (first === undefined) throw new UsageError(`${options.input} holds no rows.`);
  if (readable === 0 && !isReadable(first)) {
    throw new UsageError(`${options.input}:${first.line}: no row could be read. ${first.problem.reason}: ${first.problem.detail}`);
  }
  const values = sample.filter(isReadable).map((row) => row.value);
  const format = options.format === undefined ? detectFormat(options.input, values) : formatByName(options.format);
  return { format, entries: entriesOf(sample, rows, format, options.limit ?? Infinity) };
}

async function* entriesOf(
  sample: Row[],
  rest: AsyncGenerator<Row, void, void>,
  format: Format,
  limit: number,
): AsyncGenerator<DatasetEntry, void, void> {
  const ids = new UniqueIds();
  let index = 0;
  async function* all(): AsyncGenerator<Row, void, void> {
    for (let row = sample.shift(); row !== undefined; row = sample.shift()) yield row;
    yield* rest;
  }
  try {
    for await (const row of all()) {
      yield entryOf(row, index++, format, ids);
      if (index >= limit) return;
    }
  } finally {
    await rest.return();
  }
}

function entryOf(row: Row, index: number, format: Format, ids: UniqueIds): DatasetEntry {
  const { line, raw } = row;
  const own = (isReadable(row) ? idOf(row.value) : undefined) ?? `line-${line}`;
  const id = ids.unique(own);
  const entry = { index, line, raw, id, idIsRepeated: id !== own };
  if (!isReadable(row)) return { ...entry, content: { problem: row.problem } };
  try {
    const conversation = toConversation(row.value, format);
    // What is carried through must be writable again: a value that is nested too deeply throws here, before anything is paid.
    JSON.stringify(conversation);
    return { ...entry, content: { example: { id, line, ...conversation } } };
  } catch (error) {
    if (error instanceof RowError) return { ...entry, content: { problem: { reason: error.reason, detail: error.message } } };
    if (error instanceof RangeError) return { ...entry, content: { problem: { reason: "nested-too-deeply", detail: error.message } } };
    throw error;
  }
}

/** Gives a repeated id a suffix: `a`, `a#2`, `a#3`. Holds 48 bits of hash an id, so that a million rows cost tens of MB. */
class UniqueIds {
  /** Hash of an id -> how often it was seen. */
  readonly #seen = new Map<number, number>();

  unique(id: string): string {
    const count = (this.#seen.get(hashOf(id)) ?? 0) + 1;
    this.#seen.set(hashOf(id), count);
    return count === 1 ? id : this.unique(`${id}#${count}`);
  }
}

function hashOf(id: string): number {
  return createHash("sha1").update(id).digest().readUIntBE(0, 6);
}
