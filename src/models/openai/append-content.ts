import { createReadStream, createWriteStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { ModelError, isAbort } from "../../errors.ts";
import { explainReadError, explainWriteError } from "../../platform/disk-errors.ts";

const lineEnd = 0x0a;

/**
 * Appends bytes to a file of lines, and resolves when no power loss can take them. They begin on a
 * line of their own, because a server may leave out the last line end of a file. When they break
 * off, the file is as it was before.
 * @throws ModelError from the bytes.
 * @throws SysGenError when the file cannot be written.
 */
export async function appendContent(bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  let before: number | undefined;
  try {
    before = await atFile(path, "a+", endOfLines);
    await pipeline(bytes, createWriteStream(path, { flags: "a" }));
    await atFile(path, "r+", (file) => file.datasync());
  } catch (error) {
    if (before !== undefined) await cutTo(path, before);
    throw error instanceof ModelError || isAbort(error) ? error : explainWriteError(path, error);
  }
}

/**
 * The bytes of a file.
 * @throws SysGenError when it cannot be read.
 */
export async function* contentOf(path: string): AsyncGenerator<Uint8Array, void, void> {
  const bytes: AsyncIterable<Uint8Array> = createReadStream(path);
  try {
    yield* bytes;
  } catch (error) {
    throw explainReadError(path, error);
  }
}

/** Ends the last line of a file. Returns the file's length. */
async function endOfLines(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  if (size === 0) return size;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] === lineEnd) return size;
  await file.write("\n");
  return size + 1;
}

async function atFile<T>(path: string, flags: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** What it leaves behind when it fails is cut by the next download, or its lines are torn. */
async function cutTo(path: string, size: number): Promise<void> {
  await atFile(path, "r+", (file) => file.truncate(size)).catch(() => undefined);
}
