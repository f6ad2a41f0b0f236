import { buffersOf } from "./buffers-of.ts";
import type { Row } from "../../records/row.ts";
import type { FileType, RowsToWrite } from "./file-type.ts";
import { RowBytes } from "./row-bytes.ts";
import { writeText } from "./text-file.ts";

const newline = 0x0a;
/** The most rows that are parsed ahead. Parsed rows stay in memory until they are consumed. */
const rowsAtOnce = 16;

/**
 * JSON Lines (https://jsonlines.org) with one value a line. CRLF and blank lines are accepted.
 * Lines are split on bytes, which is twice as fast as `readline`.
 */
export const jsonl: FileType = {
  name: "jsonl",
  endings: [".jsonl", ".ndjson"],
  async *read({ chunks }, limits) {
    const bytes = new RowBytes(limits);
    let line = 1;
    for await (const chunk of buffersOf(chunks)) {
      let rows: Row[] = [];
      let from = 0;
      for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
        bytes.append(chunk.subarray(from, to));
        const row = bytes.take(line++);
        if (row) rows.push(row);
        if (rows.length === rowsAtOnce) {
          yield rows;
          rows = [];
        }
        from = to + 1;
      }
      if (from < chunk.length) bytes.append(chunk.subarray(from));
      yield rows;
    }
    const last = bytes.take(line);
    if (last) yield [last];
  },
  write: (rows, path) => writeText(path, lines(rows)),
};

async function* lines(rows: RowsToWrite): AsyncGenerator<string, void, void> {
  for await (const row of rows()) yield `${JSON.stringify(row)}\n`;
}
