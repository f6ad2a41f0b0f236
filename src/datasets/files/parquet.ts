import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileMetaData, SchemaTree } from "hyparquet";
import { UsageError, messageOf } from "../../errors.ts";
import type { Row } from "../../records/row.ts";
import type { FileSource, FileType, RowLimits } from "./file-type.ts";
import { columnsOf, writeParquet } from "./parquet-writer.ts";
import { keptOfTooLarge, tooLarge } from "./row-bytes.ts";
import { decodeUtf8 } from "./utf8.ts";
import { ValueRow } from "./value-row.ts";

/**
 * Apache Parquet (https://parquet.apache.org/docs/file-format/). One row group is in memory at a
 * time, and its size was chosen by whoever wrote the file. The `line` of a row is its number in the
 * file, from 1.
 */
export const parquet: FileType = {
  name: "parquet",
  endings: [".parquet"],
  async *read(source, limits) {
    await using file = await onDisk(source);
    yield* readGroups(file.path, source.name, limits);
  },
  async write(rows, path) {
    if (!path.endsWith(".parquet"))
      throw new UsageError(`${path}: a Parquet file is compressed inside. Expected a name that ends in .parquet alone.`);
    await writeParquet(path, rows(), await columnsOf(rows()));
  },
  async count(path) {
    const { asyncBufferFromFile } = await import("hyparquet");
    return Number((await metadataOf(await asyncBufferFromFile(path), path)).num_rows);
  },
};

/**
 * Puts bytes that come only as a stream into a temporary file, because Parquet is read from its
 * end.
 */
async function onDisk({ path, chunks }: FileSource): Promise<{ path: string } & AsyncDisposable> {
  if (path !== undefined) return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), "sysgen-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "rows.parquet");
    await using file = await open(copy, "w");
    for await (const chunk of chunks) await file.writeFile(chunk);
    return { path: copy, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

type AsyncBuffer = Parameters<typeof import("hyparquet").parquetMetadataAsync>[0];

async function metadataOf(file: AsyncBuffer, name: string): Promise<FileMetaData> {
  const { parquetMetadataAsync } = await import("hyparquet");
  return parquetMetadataAsync(file).catch((error: unknown) => {
    throw new UsageError(
      `${name}: expected a Parquet file, found one whose end is missing or damaged (${messageOf(error)}). Fetch or write it again.`,
      { cause: error },
    );
  });
}

type Decompress = (bytes: Uint8Array, length: number) => Uint8Array | Promise<Uint8Array>;

/** A column of nulls has a dictionary page without values, which no codec of the library takes. */
function emptyOr(decompress: Decompress): Decompress {
  return (bytes, length) => (length === 0 ? new Uint8Array(0) : decompress(bytes, length));
}

/** A text value that is not valid UTF-8. A row that holds one is rejected. */
class InvalidText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

async function* readGroups(path: string, name: string, limits: RowLimits): AsyncGenerator<readonly Row[], void, void> {
  const [{ asyncBufferFromFile, parquetReadObjects, parquetSchema }, { compressors: codecs }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const compressors = Object.fromEntries(Object.entries(codecs).map(([codec, decompress]) => [codec, emptyOr(decompress)]));
  const file = await asyncBufferFromFile(path);
  const metadata = await metadataOf(file, name);
  const plain = parquetSchema(metadata).children.every(isPlain);
  let invalid = false;
  const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
  const parsers = {
    stringFromBytes(bytes: Uint8Array | undefined): unknown {
      if (bytes === undefined) return undefined;
      const text = decodeUtf8(bytes);
      if (text !== undefined) return text;
      invalid = true;
      return new InvalidText(Buffer.from(bytes).toString("utf8"));
    },
    timestampFromMilliseconds: (time: bigint) => isoTime(Number(time)),
    timestampFromMicroseconds: (time: bigint) => preciseTime(time, 1_000n, 3),
    timestampFromNanoseconds: (time: bigint) => preciseTime(time, 1_000_000n, 6),
    dateFromDays: (days: number) => isoTime(days * 86_400_000).slice(0, 10),
  };
  let rowStart = 0;
  for (const [index, group] of metadata.row_groups.entries()) {
    const rowEnd = rowStart + Number(group.num_rows);
    invalid = false;
    let values: Record<string, unknown>[];
    try {
      values = await parquetReadObjects({ file, metadata, compressors, parsers, rowStart, rowEnd, utf8: false });
    } catch (error) {
      const detail = `row group ${index + 1} of the file, rows ${rowStart + 1} to ${rowEnd}, cannot be read: ${messageOf(error)}`;
      yield Array.from({ length: rowEnd - rowStart }, (_, at): Row => ({
        line: rowStart + at + 1,
        raw: "",
        problem: { reason: "damaged-file", detail },
      }));
      rowStart = rowEnd;
      continue;
    }
    const mayBeLarge = Number(group.total_byte_size) > limits.maxRowBytes;
    const facts = { plain, invalid, mayBeLarge };
    yield values.map((value, at) => rowOf(rowStart + at + 1, value, facts, limits));
    rowStart = rowEnd;
  }
}

/**
 * The time in ISO 8601. `digits` digits finer than milliseconds are added when they are not all 0.
 * @param time Time since 1970 in units finer than a millisecond.
 * @param unitsPerMs How many of those units a millisecond has, for example 1,000 for microseconds.
 * @param digits Decimal digits of one millisecond in that unit, for example 3 for microseconds.
 */
function preciseTime(time: bigint, unitsPerMs: bigint, digits: number): string {
  const rest = ((time % unitsPerMs) + unitsPerMs) % unitsPerMs;
  const iso = new Date(Number((time - rest) / unitsPerMs)).toISOString();
  return rest === 0n ? iso : `${iso.slice(0, -1)}${rest.toString().padStart(digits, "0")}Z`;
}

/** What is known of all rows of a row group. */
interface GroupFacts {
  /**
   * True when the columns hold only text, 32-bit integers, floating-point numbers, booleans, and
   * lists and structures of these.
   */
  readonly plain: boolean;
  /** True when a text value of the group is not valid UTF-8. */
  readonly invalid: boolean;
  /** True when the group has more bytes than one row may have. */
  readonly mayBeLarge: boolean;
}

function rowOf(line: number, read: Record<string, unknown>, facts: GroupFacts, limits: RowLimits): Row {
  if (facts.invalid && holdsInvalidText(read)) {
    const raw = JSON.stringify(jsonValue(read));
    return {
      line,
      raw,
      problem: { reason: "invalid-utf8", detail: "expected UTF-8 text in every text column, found bytes that are none" },
    };
  }
  const value: unknown = facts.plain ? read : jsonValue(read);
  if (facts.mayBeLarge && textLength(value) > limits.maxRowBytes) {
    const raw = JSON.stringify(value);
    return tooLarge(Buffer.from(raw.slice(0, keptOfTooLarge)), raw.length, line, limits);
  }
  return new ValueRow(line, value);
}

/** Whether all values of a column are JSON values as the library returns them. */
function isPlain({ element, children }: SchemaTree): boolean {
  if (children.length > 0) return children.every(isPlain);
  const { type, converted_type, logical_type } = element;
  if (type === "BYTE_ARRAY") return converted_type === "UTF8" || converted_type === "ENUM" || logical_type?.type === "STRING";
  return (type === "BOOLEAN" || type === "DOUBLE" || type === "FLOAT" || type === "INT32") && converted_type === undefined;
}

/**
 * A value as JSON can hold it. A 64-bit integer becomes a number when that is exact, else its
 * digits as text. Bytes become text when they are valid UTF-8, else base64.
 */
function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof InvalidText) return value.text;
  // Some writers do not declare their text columns as text.
  if (value instanceof Uint8Array) return decodeUtf8(value) ?? Buffer.from(value).toString("base64");
  if (ArrayBuffer.isView(value)) return null;
  if (Array.isArray(value)) return value.map(jsonValue);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, jsonValue(inner)]));
}

function holdsInvalidText(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return value instanceof InvalidText || Object.values(value).some(holdsInvalidText);
}

function textLength(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce<number>((sum, inner) => sum + textLength(inner), 0);
}
