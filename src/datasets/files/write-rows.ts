import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SysGenError, UsageError, messageOf } from "../../errors.ts";
import type { RowsToWrite } from "./file-type.ts";
import { endings, fileTypeOfName } from "./index.ts";

/**
 * Writes rows to a file, whole or not at all. The name's ending tells the file type and the
 * compression.
 * @throws UsageError when the name tells no type.
 * @throws SysGenError when the file cannot be written.
 */
export async function writeRows(path: string, rows: RowsToWrite): Promise<void> {
  const type = fileTypeOfName(path);
  if (type === undefined) throw new UsageError(`${path}: unknown file type. Expected a name that ends in ${endings()}.`);
  const folder = dirname(path);
  // The temporary name keeps the ending, because the ending tells the compression.
  const partial = join(folder, `.partial-${process.pid}-${basename(path)}`);
  try {
    await mkdir(folder, { recursive: true });
    await type.write(rows, partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof SysGenError || !(error instanceof Error && "code" in error)) throw error;
    throw new SysGenError(`Cannot write ${path}: ${messageOf(error)}. What was there before is unchanged.`, { cause: error });
  }
}
