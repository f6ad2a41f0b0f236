import { createHash } from "node:crypto";
import type { ZodType } from "zod";
import { readRows } from "../../datasets/files/read-rows.ts";
import { openInput } from "../../datasets/input.ts";
import { UsageError } from "../../errors.ts";
import { isReadable } from "../../records/row.ts";
import { issueInWords } from "../../config/issue-words.ts";
import type { LoadOptions } from "./benchmark.ts";

/** The rows of a benchmark, and what they are told by. */
export interface BenchmarkData<T> {
  readonly rows: readonly T[];
  readonly data: { readonly from: string; readonly sha256: string };
}

/** The largest row that is read, in bytes. */
const maxRowBytes = 16 * 1024 * 1024;

/**
 * Reads all rows of a benchmark's data.
 * @param from Any input that `sysgen run` takes, such as a file or `hf:<owner>/<dataset>`.
 * @throws UsageError when the data is not there, and for a row that is none of the benchmark's,
 * with file and line.
 */
export async function readData<T>(
  from: string,
  schema: ZodType<T>,
  { env, signal, onNotice }: Pick<LoadOptions, "env" | "signal" | "onNotice">,
): Promise<BenchmarkData<T>> {
  const input = await openInput(from, { stdin: process.stdin, env, signal, onNotice });
  const digest = createHash("sha256");
  const rows: T[] = [];
  for (const file of input.files) {
    for await (const chunk of readRows(await file.open(), { maxRowBytes })) {
      for (const row of chunk) {
        const place = `${file.name}:${row.line}`;
        if (!isReadable(row)) throw new UsageError(`${place}: ${row.problem.detail}.`);
        digest.update(row.raw).update("\n");
        const read = schema.safeParse(row.value, { reportInput: true });
        const [issue] = read.error?.issues ?? [];
        if (issue !== undefined) throw new UsageError(`${place}: "${issue.path.join(".")}": ${issueInWords(issue)}.`);
        if (read.success) rows.push(read.data);
      }
    }
  }
  if (rows.length === 0) throw new UsageError(`${from} holds no row.`);
  return { rows, data: { from, sha256: digest.digest("hex") } };
}
