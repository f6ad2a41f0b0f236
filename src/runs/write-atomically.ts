import { open, rename } from "node:fs/promises";
import { explainWriteError, isDiskFull } from "./disk-errors.ts";
import { TextBytes } from "./text-bytes.ts";

const blockBytes = 256 * 1024;

/**
 * Writes a file whole or not at all: to `<path>.tmp`, to the disk, then to its name.
 * @param pieces Text, or UTF-8 that is good until the next piece is asked for.
 * @throws SysGenError when there is no room for it; the file that was there stays.
 */
export async function writeAtomically(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await using file = await open(temporary, "w");
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
  } catch (error) {
    throw isDiskFull(error) ? explainWriteError(path, error) : error;
  }
  await rename(temporary, path);
}
