import { UsageError } from "../../errors.ts";
import type { Columns } from "../formats/format.ts";
import { ColumnShape, encoderOf, schemaElements, type ColumnType } from "./column-shape.ts";

/** A small first row group, which previews read alone, and then groups that bound the memory of whoever reads the file. */
const rowGroupSize = [1_000, 5_000];

type Rows = AsyncIterable<Columns> | Iterable<Columns>;

/** Columns and their types, as all rows show them: files of one dataset must agree on these. */
export type TypedColumns = readonly { readonly name: string; readonly type: ColumnType }[];

/** Goes through rows to find their columns. */
export async function columnsOf(rows: Rows): Promise<TypedColumns> {
  const shapes = new Map<string, ColumnShape>();
  for await (const row of rows) {
    for (const name in row) {
      let shape = shapes.get(name);
      if (shape === undefined) shapes.set(name, (shape = new ColumnShape()));
      shape.observe(row[name]);
    }
  }
  return [...shapes].map(([name, { type }]) => ({ name, type }));
}

/** Writes a Parquet file; one row group is in memory at a time. @throws UsageError when there is no column. */
export async function writeParquet(path: string, rows: Rows, columns: TypedColumns): Promise<void> {
  if (columns.length === 0) throw new UsageError("There is no row to write, and a Parquet file needs columns.");
  const { fileWriter, parquetWriteRows } = await import("hyparquet-writer");
  const encoders = columns.flatMap(({ name, type }): [string, (value: unknown) => unknown][] => {
    const encode = encoderOf(type);
    return encode ? [[name, encode]] : [];
  });
  async function* encoded(): AsyncGenerator<Record<string, unknown>, void, void> {
    for await (const row of rows) {
      const values: Record<string, unknown> = { ...row };
      for (const [name, encode] of encoders) values[name] = encode(values[name]);
      yield values;
    }
  }
  await parquetWriteRows({
    writer: fileWriter(path),
    rows: encoded(),
    columns: columns.map(({ name }) => ({ name })),
    schema: [{ name: "schema", num_children: columns.length }, ...columns.flatMap(({ name, type }) => schemaElements(name, type))],
    rowGroupSize,
    createdBy: "sysgen",
  });
}
