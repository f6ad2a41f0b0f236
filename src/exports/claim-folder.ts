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

/** What is in the marker. It tells what an export has beside its data. */
export interface ExportMarker {
  /** The trainer, or `hub`. Undefined for an export of data alone. */
  readonly trainer?: string | undefined;
  readonly format?: string | undefined;
  readonly sides: readonly { readonly name: string }[];
}

/**
 * Takes a folder for an export.
 * @throws UsageError when the name is that of a file, and when the folder holds files that no
 * export made, which this export could overwrite, or files of a trainer that it would leave there.
 */
export async function claimFolder(folder: string, facts: ExportMarker): Promise<void> {
  if (isFileName(folder) && !existsSync(folder))
    throw new UsageError(`--to ${folder}: unknown file type. Expected a name that ends in ${endings()}; for a folder, ${folder}/.`);
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `Cannot make the folder ${folder}: ${error.message}. Choose another --to; a file's name must tell its type, such as rows.jsonl.`,
    );
  });
  if ((await readdir(folder)).length > 0 && !existsSync(join(folder, marker)))
    throw new UsageError(`${folder} holds files that no export made. Give --to a new or empty folder.`);
  const earlier = await markerIn(folder);
  const kind = earlier && kindOf(earlier);
  if (kind !== undefined && kind !== kindOf(facts))
    throw new UsageError(
      `An earlier export wrote ${kind} into ${folder}, and its files would stay beside the new ones. Give --to a new or empty folder.`,
    );
  // Files of the earlier export must not stay beside the new ones. Its validation file may hold
  // rows that are in train now.
  for (const { name } of earlier?.sides ?? [])
    for (const file of await readdir(folder))
      if (file.startsWith(`${name}.`) && fileTypeOfName(file) !== undefined) await rm(join(folder, file));
  await writeFile(join(folder, marker), `${JSON.stringify(facts, null, 2)}\n`);
}

/** Whether a name has an ending, as files have. */
function isFileName(path: string): boolean {
  return !/[/\\]$/.test(path) && /^\.[a-z]/i.test(extname(path));
}

/** What an export has beside its data, in words. Undefined for an export of data alone. */
function kindOf({ trainer, format }: ExportMarker): string | undefined {
  return trainer && `${format === "preference" ? "pairs" : "rows"} for ${trainer}`;
}

const markerSchema = z.object({
  trainer: z.string().optional(),
  format: z.string().optional(),
  sides: z.array(z.object({ name: z.string() })),
});

/** What the folder's earlier export was. */
async function markerIn(folder: string): Promise<ExportMarker | undefined> {
  const path = join(folder, marker);
  if (!existsSync(path)) return undefined;
  try {
    return markerSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}
