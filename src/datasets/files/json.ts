import type { FileType, RowsToWrite } from "./file-type.ts";
import { JsonRows } from "./json-rows.ts";
import { writeText } from "./text-file.ts";

/**
 * A JSON array of rows, or an object with one list of rows. Rows are cut out of the bytes as they
 * come, so memory holds one row at a time. docs/decisions/0002-json-arrays.md says why no parser
 * library is used.
 */
export const json: FileType = {
  name: "json",
  endings: [".json"],
  async *read({ chunks }, limits) {
    let rows: JsonRows | undefined;
    for await (const chunk of chunks) {
      rows ??= new JsonRows(chunk, limits);
      yield rows.push(chunk);
    }
    if (rows) yield rows.end();
  },
  write: (rows, path) => writeText(path, array(rows)),
};

/** A JSON array with one row a line, so that a diff shows the rows that changed. */
async function* array(rows: RowsToWrite): AsyncGenerator<string, void, void> {
  let before = "[\n";
  for await (const row of rows()) {
    yield `${before}${JSON.stringify(row)}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}
