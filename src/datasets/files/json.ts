import { parseExactly } from "../../records/exact-json.ts";
import { buffersOf } from "./buffers-of.ts";
import type { Row } from "../../records/row.ts";
import type { FileType, RowLimits, RowsToWrite } from "./file-type.ts";
import { beginsTable } from "./json-layout.ts";
import { JsonRows } from "./json-rows.ts";
import { tableRows } from "./json-table.ts";
import { keptOfTooLarge, tooLarge } from "./row-bytes.ts";
import { writeText } from "./text-file.ts";
import { decodeUtf8 } from "./utf8.ts";
import { ValueRow } from "./value-row.ts";

/**
 * A JSON array of rows, an object with one list of rows, or a table of columns. Rows are cut out of
 * the bytes as they come, so memory holds one row at a time. A table is held as a whole.
 * docs/decisions/0002-json-arrays.md says why no parser library is used.
 */
export const json: FileType = {
  name: "json",
  endings: [".json"],
  async *read({ chunks }, limits) {
    let rows: JsonRows | undefined;
    /** The file so far, while it may be a table. */
    let table: Buffer[] | undefined;
    let bytes = 0;
    for await (const chunk of buffersOf(chunks)) {
      if (bytes === 0 && beginsTable(chunk.toString("utf8"))) table = [];
      bytes += chunk.length;
      if (table !== undefined && bytes <= mostOfTable) {
        table.push(chunk);
        continue;
      }
      rows ??= new JsonRows(table?.[0] ?? chunk, limits);
      for (const held of table ?? []) yield rows.push(held);
      table = undefined;
      yield rows.push(chunk);
    }
    const [first] = table ?? [];
    if (table !== undefined && first !== undefined) {
      const read = rowsOfTable(Buffer.concat(table), limits);
      if (read !== undefined) {
        yield read;
        return;
      }
      rows = new JsonRows(first, limits);
      for (const held of table) yield rows.push(held);
    }
    if (rows) yield rows.end();
  },
  write: (rows, path) => writeText(path, array(rows)),
};

/** A table of columns is read as a whole, up to this size. */
const mostOfTable = 400_000_000;

/** Undefined when the text is no table. */
function rowsOfTable(bytes: Buffer, limits: RowLimits): Row[] | undefined {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch {
    return undefined;
  }
  const mayBeLarge = bytes.length > limits.maxRowBytes;
  return tableRows(value)?.map((columns, at) => {
    const row = new ValueRow(at + 1, columns);
    if (!mayBeLarge || row.raw.length <= limits.maxRowBytes) return row;
    return tooLarge(Buffer.from(row.raw.slice(0, keptOfTooLarge)), row.raw.length, at + 1, limits);
  });
}

/** A JSON array with one row a line, so that a diff shows the rows that changed. */
async function* array(rows: RowsToWrite): AsyncGenerator<string, void, void> {
  let before = "[\n";
  for await (const row of rows()) {
    yield `${before}${JSON.stringify(row)}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}
