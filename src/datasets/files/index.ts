import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { UsageError, messageOf } from "../../errors.ts";
import type { Row } from "../../records/row.ts";
import type { FileType, RowLimits } from "./file-type.ts";
import { compressedEndings, decompressed, withoutCompression } from "./decompress.ts";
import { json } from "./json.ts";
import { jsonl } from "./jsonl.ts";

/** The table of file types. A new one is a file beside this and a line here. */
export const fileTypes: readonly FileType[] = [jsonl, json];

/** The input's name for people and for the default run directory: `rows` of `data/rows.jsonl.gz`, `stdin` of `-`. */
export function inputName(input: string): string {
  const name = withoutCompression(input);
  return input === "-" ? "stdin" : basename(name, extname(name));
}

/**
 * The rows of a file, or of `stdin` when `input` is `-` (JSON Lines); compressed or not. One row is in memory at a time. Where a
 * compressed file is damaged or cut off, the last row says so.
 * @throws UsageError when the file is missing, of no known type, or in UTF-16.
 */
export async function* readRows(input: string, limits: RowLimits, stdin: AsyncIterable<Uint8Array>): AsyncGenerator<Row, void, void> {
  const stored = buffersOf(input === "-" ? stdin : await openFile(input));
  try {
    const start = await nextOf(stored, input);
    const chunks = decompressed(start, chain(start, stored))[Symbol.asyncIterator]();
    const head = withoutByteOrderMark(await nextOf(chunks, input), input);
    const rows = fileTypeOf(input, head).read(chain(head, { [Symbol.asyncIterator]: () => chunks }), limits);
    let lastLine = 0;
    try {
      for await (const row of rows) {
        lastLine = row.line;
        yield row;
      }
    } catch (error) {
      const detail = `the file cannot be read past this point (${messageOf(error)}); rows after it are missing`;
      yield { line: lastLine + 1, raw: "", problem: { reason: "damaged-file", detail, retry: true } };
    }
  } finally {
    await stored.return();
  }
}

/** The next chunk; empty at the end. */
async function nextOf(chunks: AsyncIterator<Buffer>, input: string): Promise<Buffer> {
  const next = await chunks.next().catch((error: unknown) => {
    throw new UsageError(`Cannot read ${input}: ${messageOf(error)}`, { cause: error });
  });
  return next.done === true ? Buffer.alloc(0) : next.value;
}

async function* buffersOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of source) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT")
      throw new UsageError(`No file at ${path}. Give the path of a ${endings()} file, or - for JSON Lines on stdin.`);
    throw new UsageError(`Cannot read ${path}: ${error.message}`);
  });
  if (info.isDirectory()) throw new UsageError(`${path} is a folder. Give the path of a ${endings()} file in it.`);
  return createReadStream(path, { highWaterMark: 1 << 18 });
}

function fileTypeOf(input: string, head: Buffer): FileType {
  const ending = extname(withoutCompression(input)).toLowerCase();
  const named = input === "-" ? jsonl : fileTypes.find((type) => type.endings.includes(ending));
  if (named === undefined) throw new UsageError(`${input}: unknown file type "${ending}". Expected ${endings()}.`);
  return beginsArray(head, named) ? json : jsonl;
}

/** Names lie: many `.json` files hold a row per line, and some `.jsonl` files an array. */
function beginsArray(head: Buffer, named: FileType): boolean {
  const text = head
    .subarray(0, 1 << 16)
    .toString("utf8")
    .trimStart();
  return named === json ? text.startsWith("[") : /^\[\s*(\{|\]|$)/.test(text);
}

function withoutByteOrderMark(head: Buffer, input: string): Buffer {
  const [a, b, c] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new UsageError(`${input}:1: expected UTF-8, found UTF-16. Convert it first, for example: iconv -f UTF-16 -t UTF-8 ${input}`);
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? head.subarray(3) : head;
}

async function* chain(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  if (head.length > 0) yield head;
  yield* rest;
}

function endings(): string {
  return `${fileTypes.flatMap((type) => type.endings).join(", ")} (also ${compressedEndings.join(", ")})`;
}
