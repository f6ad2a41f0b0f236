import { createHash } from "node:crypto";
import type { ZodType } from "zod";
import { issueInWords } from "../../config/issue-words.ts";
import { readRows } from "../../datasets/files/read-rows.ts";
import { openInput } from "../../datasets/input.ts";
import { UsageError } from "../../errors.ts";
import { isReadable, type Row } from "../../records/row.ts";
import type { DataSource, LoadOptions } from "./benchmark.ts";

/** The files of a benchmark's data, and what they are told by. */
export interface DataFiles {
  readonly files: readonly { readonly name: string; readonly rows: readonly Row[] }[];
  readonly data: DataSource;
}

type ReadOptions = Pick<LoadOptions, "env" | "signal" | "onNotice">;

/** The largest row that is read, in bytes. */
const maxRowBytes = 16 * 1024 * 1024;

/**
 * Reads all rows of a benchmark's data. Some may be unreadable.
 * @param from Any input that `sysgen run` takes, such as a file or `hf:<owner>/<dataset>`.
 * @throws UsageError when the data is not there, or holds no row.
 */
export async function readFiles(from: string, { env, signal, onNotice }: ReadOptions): Promise<DataFiles> {
  const input = await openInput(from, { stdin: process.stdin, env, signal, onNotice });
  const digest = createHash("sha256");
  const files: { name: string; rows: Row[] }[] = [];
  for (const file of input.files) {
    const rows: Row[] = [];
    for await (const chunk of readRows(await file.open(), { maxRowBytes })) rows.push(...chunk);
    for (const row of rows) if (isReadable(row)) digest.update(row.raw).update("\n");
    files.push({ name: file.name, rows });
  }
  if (files.every(({ rows }) => rows.length === 0)) throw new UsageError(`${from} holds no row.`);
  const licence = input.source?.licence;
  return { files, data: { from, sha256: digest.digest("hex"), ...(licence === undefined ? {} : { licence }) } };
}

/**
 * The rows of a benchmark's data as a schema reads them.
 * @throws UsageError as `readFiles`, and for a row that is none of the benchmark's, with file and
 * line.
 */
export async function readData<T>(
  from: string,
  schema: ZodType<T>,
  options: ReadOptions,
): Promise<{ readonly rows: readonly T[]; readonly data: DataSource }> {
  const { files, data } = await readFiles(from, options);
  const rows = files.flatMap(({ name, rows: ofFile }) =>
    ofFile.map((row): T => {
      const place = `${name}:${row.line}`;
      if (!isReadable(row)) throw new UsageError(`${place}: ${row.problem.detail}.`);
      const read = schema.safeParse(row.value, { reportInput: true });
      if (read.success) return read.data;
      const [issue] = read.error.issues;
      throw new UsageError(`${place}: "${issue?.path.join(".") ?? ""}": ${issue === undefined ? "" : issueInWords(issue)}.`);
    }),
  );
  return { rows, data };
}
