import { stat } from "node:fs/promises";
import { readRows } from "./files/index.ts";

/** How many rows a file holds, as far as `limit`; undefined for stdin and pipes, which can be read only once. */
export async function countRows(options: { input: string; limit: number | undefined; maxRowBytes: number }): Promise<number | undefined> {
  if (options.input === "-" || !(await stat(options.input)).isFile()) return undefined;
  let rows = 0;
  for await (const _row of readRows(options.input, options, process.stdin)) {
    if (++rows >= (options.limit ?? Infinity)) break;
  }
  return rows;
}
