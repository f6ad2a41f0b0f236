import { UsageError } from "../../errors.ts";
import type { Columns } from "../formats/format.ts";
import { ColumnShape, encoderOf, schemaElements, type ColumnType } from "./column-shape.ts";

/**
 * Rows in the first row group and in all later ones. Previews read only the small first group.
 * Larger groups would take more memory to read.
 */
const rowGroupSize = [1_000, 5_000];

type Rows = AsyncIterable<Columns> | Iterable<Columns>;

/** Columns and their types. All files of one dataset must have the same. */
export type TypedColumns = readonly { readonly name: string; readonly type: ColumnType }[];

/** Iterates over all rows to find their columns and the columns' types. */
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

/**
 * Writes a Parquet file, with one row group in memory at a time.
 * @throws UsageError when `columns` is empty.
 */
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
