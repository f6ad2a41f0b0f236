import { createReadStream } from "node:fs";
import { UsageError, messageOf } from "../../errors.ts";
import type { Row } from "../../records/row.ts";
import { buffersOf } from "./buffers-of.ts";
import { decompressed } from "./decompress.ts";
import type { FileType, RowLimits } from "./file-type.ts";
import { endings, fileTypeOfName } from "./index.ts";
import { isJsonLines } from "./json-layout.ts";
import { json } from "./json.ts";
import { jsonl } from "./jsonl.ts";
import { parquet } from "./parquet.ts";

/** A file whose bytes can be read once. */
export interface OpenFile {
  /** For messages. Its ending tells the type of a file on disk. */
  readonly name: string;
  /** Where the file is on disk. Undefined for a stream. */
  readonly path: string | undefined;
  readonly stream: AsyncIterable<Uint8Array>;
  /** The type, when the name does not tell it. A stream without a type is read as JSON Lines. */
  readonly type?: FileType | undefined;
}

const chunkBytes = 1 << 18;

/** Opens a file on disk to be read once. */
export function fileAt(path: string, type?: FileType): OpenFile {
  return { name: path, path, stream: createReadStream(path, { highWaterMark: chunkBytes }), type };
}

/**
 * The rows of a file, compressed or not, one chunk of it at a time. When a file is damaged or cut
 * off, the last row has the problem `damaged-file`.
 * @throws UsageError when the file cannot be opened, is of no known type, or is in UTF-16.
 */
export async function* readRows(file: OpenFile, limits: RowLimits): AsyncGenerator<readonly Row[], void, void> {
  const { name, path } = file;
  const stored = buffersOf(file.stream);
  try {
    const start = await nextOf(stored, name);
    const plain = decompressed(start, chain(start, stored));
    const isCompressed = plain.isCompressed;
    const chunks = plain.chunks[Symbol.asyncIterator]();
    const head = withoutByteOrderMark(await nextOf(chunks, name), name);
    const type = typeOf(file, head);
    const source = { name, chunks: chain(head, { [Symbol.asyncIterator]: () => chunks }), path: isCompressed ? undefined : path };
    let lastLine = 0;
    try {
      for await (const rows of type.read(source, limits)) {
        lastLine = rows.at(-1)?.line ?? lastLine;
        yield rows;
      }
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const detail = `the file cannot be read past this point (${messageOf(error)}); rows after it are missing`;
      yield [{ line: lastLine + 1, raw: "", problem: { reason: "damaged-file", detail, retry: true } }];
    }
  } finally {
    await stored.return();
  }
}

/**
 * The next chunk. An empty buffer at the end.
 * @throws UsageError when it cannot be read.
 */
async function nextOf(chunks: AsyncIterator<Buffer>, name: string): Promise<Buffer> {
  const next = await chunks.next().catch((error: unknown) => {
    throw new UsageError(`Cannot read ${name}: ${messageOf(error)}`, { cause: error });
  });
  return next.done === true ? Buffer.alloc(0) : next.value;
}

/**
 * The type that the first bytes show, else the type that the name tells.
 * @throws UsageError when neither tells a type, or the name says Parquet and the bytes do not.
 */
function typeOf({ name, path, type }: OpenFile, head: Buffer): FileType {
  const isParquet = head.subarray(0, 4).equals(Buffer.from("PAR1"));
  if (isParquet) return parquet;
  const named = type ?? (path === undefined ? jsonl : fileTypeOfName(name));
  if (named === undefined) throw new UsageError(`${name}: unknown file type. Expected a name that ends in ${endings()}.`);
  if (named === parquet)
    throw new UsageError(
      `${name}: expected a Parquet file, which begins with "PAR1", found ${JSON.stringify(head.toString("latin1", 0, 16))}.`,
    );
  if (named !== json && named !== jsonl) return named;
  return isJsonLines(head.toString("utf8"), named === json ? "json" : "jsonl") ? jsonl : json;
}

function withoutByteOrderMark(head: Buffer, name: string): Buffer {
  const [a, b, c] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new UsageError(`${name}:1: expected UTF-8, found UTF-16. Convert it first, for example: iconv -f UTF-16 -t UTF-8 ${name}`);
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? head.subarray(3) : head;
}

async function* chain(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  if (head.length > 0) yield head;
  yield* rest;
}
