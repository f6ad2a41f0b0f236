import { open, rename } from "node:fs/promises";
import { explainWriteError, isRefused } from "./disk-errors.ts";
import { TextBytes } from "./text-bytes.ts";

const blockBytes = 256 * 1024;

/**
 * Writes a file whole or not at all. It writes `<path>.tmp`, syncs it to the disk, and renames it.
 * @param pieces Text, or UTF-8 bytes that are valid until the next piece is asked for.
 * @throws SysGenError when the file system refuses the write, for example on a full disk. An
 * existing file stays as it was.
 */
export async function writeAtomically(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeAll(temporary, pieces);
    await rename(temporary, path);
  } catch (error) {
    throw isRefused(error) ? explainWriteError(path, error) : error;
  }
}

async function writeAll(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  await using file = await open(path, "w");
  const pending = new TextBytes(blockBytes);
  const write = async (): Promise<void> => {
    await file.writeFile(pending.bytes);
    pending.clear();
  };
  for (const piece of pieces) {
    if (typeof piece === "string") pending.add(piece);
    else pending.addBytes(piece);
    if (pending.length > blockBytes) await write();
  }
  await write();
  await file.sync();
}
