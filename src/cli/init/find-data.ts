import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileTypeOfName } from "../../datasets/files/index.ts";

export interface DataFile {
  readonly path: string;
  readonly bytes: number;
}

/** Folders in which data is looked for, beside the working directory itself. */
const folders = [".", "data", "dataset", "datasets"];
/** Files that projects hold and that are no data. */
const noData = /^(?:package(?:-lock)?|tsconfig.*|.*\.config|.*schema|composer|manifest|\..*)\.json$/;

/** Files in and below the working directory that may be a dataset, the largest first. */
export async function findData(cwd: string): Promise<DataFile[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(cwd, folder), { withFileTypes: true }).catch(() => []);
      const names = entries.filter((entry) => entry.isFile() && !noData.test(entry.name) && fileTypeOfName(entry.name) !== undefined);
      return Promise.all(
        names.map(async ({ name }) => {
          const path = join(folder, name);
          return { path, bytes: (await stat(join(cwd, path))).size };
        }),
      );
    }),
  );
  return found
    .flat()
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes);
}
