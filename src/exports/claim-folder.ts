import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { z } from "zod";
import { endings, fileTypeOfName } from "../datasets/files/index.ts";
import { UsageError } from "../errors.ts";

/**
 * The file that says that an export made the folder, and how. A later export may overwrite such a
 * folder.
 */
const marker = ".sysgen-export.json";

/**
 * Takes a folder for an export.
 * @throws UsageError when the name is that of a file, and when the folder holds files that no
 * export made, which this export could overwrite.
 */
export async function claimFolder(folder: string, facts: object): Promise<void> {
  if (isFileName(folder) && !existsSync(folder))
    throw new UsageError(`--to ${folder}: unknown file type. Expected a name that ends in ${endings()}; for a folder, ${folder}/.`);
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `Cannot make the folder ${folder}: ${error.message}. Choose another --to; a file's name must tell its type, such as rows.jsonl.`,
    );
  });
  if ((await readdir(folder)).length > 0 && !existsSync(join(folder, marker)))
    throw new UsageError(`${folder} holds files that no export made. Give --to a new or empty folder.`);
  // Files of the earlier export must not stay beside the new ones. Its validation file may hold
  // rows that are in train now.
  for (const { name } of await earlierSides(folder))
    for (const file of await readdir(folder))
      if (file.startsWith(`${name}.`) && fileTypeOfName(file) !== undefined) await rm(join(folder, file));
  await writeFile(join(folder, marker), `${JSON.stringify(facts, null, 2)}\n`);
}

/** Whether a name has an ending, as files have. */
function isFileName(path: string): boolean {
  return !/[/\\]$/.test(path) && /^\.[a-z]/i.test(extname(path));
}

const markerSchema = z.object({ sides: z.array(z.object({ name: z.string() })) });

/** The sides of the split that the folder's earlier export wrote. */
async function earlierSides(folder: string): Promise<readonly { readonly name: string }[]> {
  const path = join(folder, marker);
  if (!existsSync(path)) return [];
  try {
    return markerSchema.parse(JSON.parse(await readFile(path, "utf8"))).sides;
  } catch {
    return [];
  }
}
