import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isReadable, type Row } from "../../records/row.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { fileTypes, readRows } from "./index.ts";
import { json } from "./json.ts";
import { jsonl } from "./jsonl.ts";
import type { FileType } from "./file-type.ts";

const limits = { maxRowBytes: 1 << 20 };

async function rowsOf(type: FileType, chunks: readonly Buffer[], maxRowBytes = limits.maxRowBytes): Promise<Row[]> {
  async function* stream(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const rows: Row[] = [];
  for await (const row of type.read(stream(), { maxRowBytes })) rows.push(row);
  return rows;
}

/** The text cut into pieces at random places, in the middle of characters too. */
const cut = (text: string): fc.Arbitrary<Buffer[]> => {
  const bytes = Buffer.from(text);
  return fc.array(fc.nat(bytes.length), { maxLength: 12 }).map((places) => {
    const ends = [...places.toSorted((a, b) => a - b), bytes.length];
    return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
  });
};

const values = fc.array(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.constant({ a: '"]}\\"[{,', b: ["é", "\u2028", "😀"] })), {
  maxLength: 6,
});

describe.each(fileTypes.map((type) => [type.name, type] as const))("every file type: %s", (_name, type) => {
  test("gives back what was written, wherever the chunks are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        values.chain((rows) => {
          const text = type.name === "json" ? JSON.stringify(rows, null, 1) : rows.map((row) => `${JSON.stringify(row)}\n`).join("");
          return fc.tuple(fc.constant(rows), cut(text));
        }),
        async ([rows, chunks]) => {
          const read = await rowsOf(type, chunks);
          expect(read.map((row) => (isReadable(row) ? row.value : row.problem))).toEqual(JSON.parse(JSON.stringify(rows)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("any bytes are read without an error, and lines only grow", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 30 })), async (chunks) => {
        const rows = await rowsOf(
          type,
          chunks.map((chunk) => Buffer.from(chunk)),
        );
        const lines = rows.map(({ line }) => line);
        expect(lines).toEqual(lines.toSorted((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });

  test("a row over the limit is rejected, its neighbours are read", async () => {
    const rows = [{ a: 1 }, { a: "x".repeat(500) }, { a: 2 }].map((row) => JSON.stringify(row));
    const text = type.name === "json" ? `[${rows.join(",\n")}]` : rows.join("\n");
    const read = await rowsOf(
      type,
      [...Buffer.from(text)].map((byte) => Buffer.from([byte])),
      100,
    );
    expect(read.map((row) => (isReadable(row) ? row.value : row.problem.reason))).toEqual([{ a: 1 }, "row-too-large", { a: 2 }]);
  });
});

test("a JSON array has the line of each row", async () => {
  const rows = await rowsOf(json, [Buffer.from('[{"a":\n1},\n\n{"a":2}, 3, {"b": [1, {"c": "]"}]}\n]')]);
  expect(rows.map(({ line }) => line)).toEqual([1, 4, 4, 4]);
});

test("blank lines are no rows but count as lines", async () => {
  const rows = await rowsOf(jsonl, [Buffer.from("\n\n1\r\n  \n2")]);
  expect(rows).toMatchObject([
    { line: 3, value: 1 },
    { line: 5, value: 2 },
  ]);
});

describe("compressed files", () => {
  const text = Array.from({ length: 500 }, (_, index) => `${JSON.stringify({ index, words: `row ${index} `.repeat(20) })}\n`).join("");
  const values = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  // Made once with `zstd -19`: Node 20 cannot compress to it.
  const zstd = Buffer.from("KLUv/QRo1QAAkHsiYSI6MX0KInR3byJbM119CgIAL6m3lwvIZCby", "base64");

  async function rowsOfFile(name: string, bytes: Buffer): Promise<Row[]> {
    await using folder = await temporaryFolder();
    const rows: Row[] = [];
    for await (const row of readRows(await folder.file(name, bytes), limits, process.stdin)) rows.push(row);
    return rows;
  }
  const valuesOf = (rows: Row[]): unknown[] => rows.map((row) => (isReadable(row) ? row.value : row.problem.reason));

  test("gzip, by its bytes and not by its name; several members make one file", async () => {
    expect(valuesOf(await rowsOfFile("rows.jsonl.gz", gzipSync(text)))).toEqual(values);
    expect(valuesOf(await rowsOfFile("rows.jsonl", gzipSync(text)))).toEqual(values);
    expect(valuesOf(await rowsOfFile("rows.json.gz", gzipSync(JSON.stringify(values))))).toEqual(values);
    expect(valuesOf(await rowsOfFile("rows.jsonl.gz", Buffer.concat([gzipSync(text), gzipSync(text)])))).toEqual([...values, ...values]);
  });

  test("Zstandard", async () => {
    expect(valuesOf(await rowsOfFile("rows.jsonl.zst", zstd))).toEqual([{ a: 1 }, { a: "two" }, { a: [3] }]);
  });

  test("a file that was cut off: what could be read, and one row that says so", async () => {
    const whole = gzipSync(text);
    const rows = valuesOf(await rowsOfFile("rows.jsonl.gz", whole.subarray(0, whole.length - 20)));
    expect(rows.at(-1)).toBe("damaged-file");
    expect(rows.slice(0, 3)).toEqual(values.slice(0, 3));
    await expect(rowsOfFile("rows.jsonl.zst", zstd.subarray(0, zstd.length - 5))).rejects.toThrow(/Cannot read .*rows\.jsonl\.zst/);
  });
});
