import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * The files in a folder and the folders below it, in the order of their names. Links are followed,
 * because the hub's cache and data roots are made of them. A link that leads nowhere is left out.
 * @throws Error when the folder cannot be read.
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  const seen = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    const real = await realpath(path);
    if (seen.has(real)) return;
    seen.add(real);
    for (const name of await readdir(path)) {
      const at = join(path, name);
      const found = await stat(at).catch(() => undefined);
      if (found?.isDirectory() === true) await visit(at);
      else if (found?.isFile() === true) files.push(at);
    }
  };
  await visit(folder);
  return files.toSorted();
}
