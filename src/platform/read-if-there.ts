import { readFile } from "node:fs/promises";
import { isCode } from "./disk-errors.ts";

/** A file's text, decoded from UTF-8. Undefined when there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
