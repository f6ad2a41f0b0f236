import { open, rename, unlink } from "node:fs/promises";
import { explainWriteError, isCode, isRefused } from "./disk-errors.ts";
import { TextBytes } from "./text-bytes.ts";

const blockBytes = 256 * 1024;

/**
 * Writes a file whole or not at all. It writes `<path>.tmp`, syncs it to the disk, and renames it.
 * @param pieces Text, or UTF-8 bytes that are valid until the next piece is asked for.
 * @param mayWrite Called before the first write and before the file is renamed. What it throws ends
 * the writing.
 * @throws SysGenError when the file system refuses the write, for example on a full disk. An
 * existing file stays as it was.
 */
export async function writeAtomically(path: string, pieces: Iterable<string | Uint8Array>, mayWrite: () => void = () => {}): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    mayWrite();
    await writeAll(temporary, pieces);
    mayWrite();
    await rename(temporary, path);
  } catch (error) {
    throw isRefused(error) ? explainWriteError(path, error) : error;
  }
}

async function writeAll(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  // A file of its own. One that is there may be open in a process that was taken for dead.
  await unlink(path).catch((error: unknown) => {
    if (!isCode(error, "ENOENT")) throw error;
  });
  await using file = await open(path, "wx");
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
