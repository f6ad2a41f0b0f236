import { open, rename } from "node:fs/promises";
import { explainWriteError, isDiskFull } from "./disk-errors.ts";

/**
 * Writes a file whole or not at all: to `<path>.tmp`, to the disk, then to its name.
 * @throws SysGenError when there is no room for it; the file that was there stays.
 */
export async function writeAtomically(path: string, pieces: Iterable<string>): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await using file = await open(temporary, "w");
    let pending: string[] = [];
    let pendingLength = 0;
    const write = async (): Promise<void> => {
      await file.writeFile(pending.join(""));
      pending = [];
      pendingLength = 0;
    };
    for (const piece of pieces) {
      pending.push(piece);
      pendingLength += piece.length;
      if (pendingLength > 1 << 18) await write();
    }
    await write();
    await file.sync();
  } catch (error) {
    throw isDiskFull(error) ? explainWriteError(path, error) : error;
  }
  await rename(temporary, path);
}
