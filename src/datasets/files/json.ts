import type { FileType, RowsToWrite } from "./file-type.ts";
import { JsonRows } from "./json-rows.ts";
import { writeText } from "./text-file.ts";

/**
 * A JSON array of rows, or an object with one list of them, cut into its rows as the bytes come: memory holds one row (why this and
 * no parser library: docs/decisions/0002-json-arrays.md).
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

/** One row a line inside the brackets: readable, and a diff shows what changed. */
async function* array(rows: RowsToWrite): AsyncGenerator<string, void, void> {
  let before = "[\n";
  for await (const row of rows()) {
    yield `${before}${JSON.stringify(row)}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}
