import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.ts";

/** Says that a folder was made by an export, and how; a later export may write over it. */
const marker = ".sysgen-export.json";

/** Takes a folder for an export. @throws UsageError when it holds files that no export made, which this one could overwrite. */
export async function claimFolder(folder: string, facts: object): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `Cannot make the folder ${folder}: ${error.message}. Choose another --to; a file's name must tell its type, such as rows.jsonl.`,
    );
  });
  if ((await readdir(folder)).length > 0 && !existsSync(join(folder, marker)))
    throw new UsageError(`${folder} holds files that no export made. Give --to a new or empty folder.`);
  await writeFile(join(folder, marker), `${JSON.stringify(facts, null, 2)}\n`);
}
