import type { Row } from "../../records/row.ts";
import type { FileType } from "./file-type.ts";
import { RowBytes } from "./row-bytes.ts";

const code = (character: string): number => character.charCodeAt(0);
const newline = code("\n");
const quote = code('"');
const backslash = code("\\");
const comma = code(",");
const openers = new Set([code("["), code("{")]);
const closers = new Set([code("]"), code("}")]);

/**
 * A JSON array of rows, cut into its elements as the bytes come: memory holds one row, an element that is no JSON spoils
 * only itself, and each row has its line number (why this and no parser library: docs/decisions/0002-json-arrays.md).
 */
export const json: FileType = {
  name: "json",
  endings: [".json"],
  async *read(chunks, limits) {
    const bytes = new RowBytes(limits);
    let line = 1;
    let rowLine = 1;
    let rowStarted = false;
    let depth = 0;
    let inString = false;
    let escaped = false;

    for await (const chunk of chunks) {
      let from = 0;
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk.readUInt8(at);
        if (byte === newline) line++;
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === backslash) escaped = true;
          else if (byte === quote) inString = false;
          continue;
        }
        if (byte <= 0x20) continue;
        if (depth === 0) {
          // Before the array's "[" or after its "]".
          if (byte === code("[") && !rowStarted) {
            depth = 1;
            from = at + 1;
            continue;
          }
        } else if (depth === 1 && (byte === comma || byte === code("]"))) {
          if (rowStarted) {
            bytes.append(chunk.subarray(from, at));
            const row = bytes.take(rowLine);
            if (row) yield row;
          }
          rowStarted = false;
          from = at + 1;
          if (byte !== comma) depth = 0;
          continue;
        }
        if (!rowStarted) {
          rowStarted = true;
          rowLine = line;
          from = at;
        }
        if (byte === quote) inString = true;
        else if (openers.has(byte)) depth++;
        else if (closers.has(byte) && depth > 1) depth--;
      }
      if (rowStarted) bytes.append(chunk.subarray(from));
    }
    if (rowStarted) yield cutShort(bytes.take(rowLine), rowLine, "the file ends inside this row, or holds text after its closing ]");
    else if (depth > 0)
      yield cutShort(undefined, line, "the file ends before the closing ] of its array; rows after this point are missing");
  },
};

function cutShort(row: Row | undefined, line: number, detail: string): Row {
  return { line, raw: row?.raw ?? "", problem: { reason: "invalid-json", detail } };
}
