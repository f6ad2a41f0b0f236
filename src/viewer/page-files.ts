import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SysGenError } from "../errors.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The folder of the page that `npm run build` makes, beside this file in the package. */
export const builtPage = fileURLToPath(new URL("./page/", import.meta.url));

/**
 * Reads the page's files, by their paths. The server gives no other file.
 * @throws SysGenError when the page was not built.
 */
export async function pageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, PageFile>();
  for (const entry of names) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length).replaceAll("\\", "/").replace(/^\/?/, "/");
    files.set(name, { type, bytes: new Uint8Array(await readFile(path)) });
  }
  if (!files.has("/index.html")) throw new SysGenError(`The viewer's page is not in ${folder}. npm run build makes it.`);
  return files;
}
