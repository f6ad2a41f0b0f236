import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isReadable, type Row } from "../../records/row.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import type { FileType } from "./file-type.ts";
import { fileTypes } from "./index.ts";
import { json } from "./json.ts";
import { jsonl } from "./jsonl.ts";
import { csv, tsv } from "./csv.ts";
import { fileAt, readRows } from "./read-rows.ts";
import { writeRows } from "./write-rows.ts";

const limits = { maxRowBytes: 1 << 20 };
type Columns = Readonly<Record<string, unknown>>;

async function rowsOf(type: FileType, chunks: readonly Buffer[], maxRowBytes = limits.maxRowBytes): Promise<Row[]> {
  async function* stream(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const rows: Row[] = [];
  for await (const batch of type.read({ name: "rows", chunks: stream(), path: undefined }, { maxRowBytes })) rows.push(...batch);
  return rows;
}

async function rowsOfFile(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of readRows(fileAt(path), limits)) rows.push(...batch);
  return rows;
}

const valuesOf = (rows: readonly Row[]): unknown[] => rows.map((row) => (isReadable(row) ? row.value : row.problem.reason));
const placesOf = (rows: readonly Row[]): unknown[] => rows.map((row) => [row.line, isReadable(row) ? row.value : row.problem.reason]);

/** Cuts the text at random places, also inside characters. */
const cut = (text: string): fc.Arbitrary<Buffer[]> => {
  const bytes = Buffer.from(text);
  return fc.array(fc.nat(bytes.length), { maxLength: 12 }).map((places) => {
    const ends = [...places.toSorted((a, b) => a - b), bytes.length];
    return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
  });
};

/**
 * Text that is hard for file types, with quotes, delimiters, line ends, brackets and characters of
 * several bytes.
 */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r\n", "\t", ";", "{", "]", "\\", "é", "😀", "\u2028", "a", " ") }),
);
const turn = fc.record({ role: text, content: text });
/** Rows of one table. Each column has one type, so that every file type can hold it. */
const tables = fc.array(
  fc.record({
    id: fc.integer(),
    question: text,
    turns: fc.array(turn, { minLength: 1, maxLength: 3 }),
    score: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    done: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

/** The row as CSV can hold it, with all values as text. */
const asText = (row: Columns): Columns =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "string" ? value : value == null ? "" : JSON.stringify(value)]),
  );

describe.each(fileTypes.map((type) => [type.name, type] as const))("every file type: %s", (name, type) => {
  const held = (row: Columns): Columns => (type === csv || type === tsv ? asText(row) : row);
  const ending = type.endings[0] ?? "";

  test("gives back what was written, compressed or not", async () => {
    await using folder = await temporaryFolder();
    const endings = name === "parquet" ? [ending] : [ending, `${ending}.gz`, `${ending}.zst`];
    await fc.assert(
      fc.asyncProperty(tables, fc.constantFrom(...endings), async (rows, last) => {
        const path = join(folder.path, `rows${last}`);
        await writeRows(path, () => rows);
        expect(valuesOf(await rowsOfFile(path))).toEqual(rows.map(held));
      }),
      { numRuns: 60 },
    );
  });

  test("thousands of rows, over many chunks and row groups", async () => {
    await using folder = await temporaryFolder();
    const rows = Array.from({ length: 12_345 }, (_, index) => ({
      id: index,
      question: `Nr ${index}: "é", \n`.repeat(index % 7),
      turns: [{ role: "user", content: "Q" }],
    }));
    const path = join(folder.path, `rows${ending}`);
    await writeRows(path, () => rows);
    const read = await rowsOfFile(path);
    expect(valuesOf(read)).toEqual(rows.map(held));
    if (type.count) expect(await type.count(path)).toBe(rows.length);
  });

  test("any bytes are read without an error, and lines only grow", async () => {
    if (type.count) return; // Parquet is read from its end, so random bytes are refused as a whole.
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 30 }),
            text.map((piece) => Buffer.from(piece)),
          ),
        ),
        async (chunks) => {
          const rows = await rowsOf(
            type,
            [Buffer.from("a,b\n"), ...chunks].map((chunk) => Buffer.from(chunk)),
          );
          const lines = rows.map(({ line }) => line);
          expect(lines).toEqual(lines.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a row over the limit is rejected, its neighbours are read", async () => {
    const rows = [{ a: "1" }, { a: "x".repeat(500) }, { a: "2" }];
    await using folder = await temporaryFolder();
    const path = join(folder.path, `rows${ending}`);
    await writeRows(path, () => rows);
    const read: Row[] = [];
    for await (const batch of readRows(fileAt(path), { maxRowBytes: 100 })) read.push(...batch);
    expect(valuesOf(read)).toEqual([{ a: "1" }, "row-too-large", { a: "2" }]);
  });

  test("a failed write leaves the file that was there, and nothing else", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, `rows${ending}`);
    await writeRows(path, () => [{ a: "before" }]);
    const failing = (): Iterable<Columns> => {
      throw new Error("no rows today");
    };
    await expect(writeRows(path, failing)).rejects.toThrow("no rows today");
    expect(valuesOf(await rowsOfFile(path))).toEqual([{ a: "before" }]);
  });
});

describe("text types give back what was written, wherever the chunks are cut", () => {
  const values = fc.array(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.constant({ a: '"]}\\"[{,', b: ["é", "\u2028", "😀"] })), {
    maxLength: 6,
  });

  test.each([
    ["jsonl", jsonl, (rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("")],
    ["a JSON array", json, (rows: unknown[]) => JSON.stringify(rows)],
    ["a JSON array, indented", json, (rows: unknown[]) => JSON.stringify(rows, null, 2)],
    [
      "a list in an object",
      json,
      (rows: unknown[]) => JSON.stringify({ version: "1", tags: ["a"], data: [{ first: 1 }, ...rows], more: { a: [] } }, null, 1),
    ],
  ] as const)("%s", async (name, type, write) => {
    await fc.assert(
      fc.asyncProperty(
        values.chain((rows) => fc.tuple(fc.constant(rows), cut(write(rows)))),
        async ([rows, chunks]) => {
          // The first chunk decides the layout. It has 80 bytes here, and 256 KiB in a file.
          const expected = JSON.parse(JSON.stringify(name === "a list in an object" ? [{ first: 1 }, ...rows] : rows)) as unknown[];
          const head = Buffer.concat(chunks).subarray(0, 80);
          const rest = Buffer.concat(chunks).subarray(head.length);
          const cuts = chunks.map((chunk) => chunk.length);
          let from = 0;
          const pieces = [head, ...cuts.map((length) => rest.subarray(from, (from += length))), rest.subarray(from)];
          expect(valuesOf(await rowsOf(type, pieces))).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["csv", csv, ","],
    ["tsv", tsv, "\t"],
  ] as const)("%s", async (_name, type, mark) => {
    const cells = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 }).filter((rows) => rows.every(([a]) => a.trim() !== ""));
    const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        cells.chain((rows) => {
          // A writer that quotes every cell quotes the header too.
          const file = `${["a", "b"].map(quoted).join(mark)}\r\n${rows.map((row) => row.map(quoted).join(mark)).join("\r\n")}`;
          return fc.tuple(fc.constant(rows), cut(file));
        }),
        async ([rows, chunks]) => {
          expect(valuesOf(await rowsOf(type, chunks))).toEqual(rows.map(([a, b]) => ({ a, b })));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("malformed rows spoil only themselves", () => {
  const bytes = (...lines: string[]): Buffer[] => [Buffer.from(lines.join("\n"))];

  test("JSON: a quote or a bracket that is not closed, in rows of one line and of several", async () => {
    const broken = ['{"a": "open}', '{"a": 1', '{"a": [1, 2}', '{"a": "raw\nline end"}', "{a: 1}", '{"a": 1}}', '{"a": "x" "y"}'];
    for (const bad of broken) {
      const lines = bad.split("\n").length;
      for (const [before, after] of [
        ["[\n", "\n]"],
        ['{"v": 1, "rows": [\n', "\n]}"],
      ] as const) {
        const rows = await rowsOf(json, [Buffer.from(`${before}{"a": 1},\n${bad},\n{"a": 2},\n{"a": 3}${after}`)]);
        const read = placesOf(rows);
        expect(read.slice(0, 2), bad).toEqual([
          [2, { a: 1 }],
          [3, "invalid-json"],
        ]);
        expect(read.slice(-2), bad).toEqual([
          [3 + lines, { a: 2 }],
          [4 + lines, { a: 3 }],
        ]);
      }
      const indented = await rowsOf(
        json,
        bytes("[", "  {", '    "a": 1', "  },", "  {", `    "b": ${bad}`, "  },", "  {", '    "a": 2', "  }", "]"),
      );
      expect(placesOf(indented).at(0)).toEqual([2, { a: 1 }]);
      expect(
        valuesOf(indented).filter((value) => typeof value === "object"),
        bad,
      ).toContainEqual({ a: 2 });
    }
  });

  test("JSON: a file that ends early says so; text after the end is reported", async () => {
    expect(placesOf(await rowsOf(json, bytes('[{"a": 1},', '{"a": ')))).toEqual([
      [1, { a: 1 }],
      [2, "invalid-json"],
    ]);
    expect(placesOf(await rowsOf(json, bytes('[{"a": 1},')))).toEqual([
      [1, { a: 1 }],
      [1, "invalid-json"],
    ]);
    expect(placesOf(await rowsOf(json, bytes('[{"a": 1}]', "more")))).toEqual([
      [1, { a: 1 }],
      [2, "invalid-json"],
    ]);
    expect(placesOf(await rowsOf(json, bytes('{"rows": [{"a": 1}], "other": [{"b": 1}]}')))).toEqual([
      [1, { a: 1 }],
      [1, "second-list"],
      [1, { b: 1 }],
    ]);
  });

  test("JSON: objects over several lines, one after the other", async () => {
    expect(placesOf(await rowsOf(json, bytes("{", ' "a": 1', "}", "{", ' "a": {"b": [1]}', "}", "{", ' "a": 3', "} x")))).toEqual([
      [1, { a: 1 }],
      [4, { a: { b: [1] } }],
      [7, { a: 3 }],
      [9, "invalid-json"],
    ]);
  });

  test("JSON: a row that is far too large does not take the rest of the file with it", async () => {
    const rows = await rowsOf(
      json,
      ["[", `{"a": "${"x".repeat(300)}`, ...Array.from({ length: 20 }, (_, n) => `\n{"a": ${n}},`), '\n{"a": 20}]'].map((piece) =>
        Buffer.from(piece),
      ),
      100,
    );
    expect(valuesOf(rows).at(-1)).toEqual({ a: 20 });
    expect(valuesOf(rows).filter((value) => typeof value === "object")).toHaveLength(21);
    expect(rows.filter((row) => "problem" in row)).toHaveLength(1);
  });

  test("CSV: quotes, numbers of fields, blank lines, bytes that are no UTF-8", async () => {
    const rows = await rowsOf(csv, [
      Buffer.from('q,a\nQ1,A1\n"Q2,"A2"\nQ3,A3\nQ4\n\nQ5,A5,more\n"Q6\n",A6\nQ7,"A7\nQ8,"A8"\n'),
      Buffer.concat([Buffer.from("Q9,caf"), Buffer.from([0xe9]), Buffer.from('\nQ10,caf\u00e9\nQ11,a "word" in it\n')]),
    ]);
    expect(placesOf(rows)).toEqual([
      [2, { q: "Q1", a: "A1" }],
      [3, "invalid-csv"],
      [4, { q: "Q3", a: "A3" }],
      [5, "invalid-csv"],
      [7, "invalid-csv"],
      [8, { q: "Q6\n", a: "A6" }],
      [10, "invalid-csv"],
      [11, { q: "Q8", a: "A8" }],
      [12, "invalid-utf8"],
      [13, { q: "Q10", a: "café" }],
      [14, { q: "Q11", a: 'a "word" in it' }],
    ]);
    expect(rows.map(({ raw }) => raw)[1]).toBe('"Q2,"A2"');
  });

  test("CSV: a quote that is never closed costs one line, also where the limit ends the search", async () => {
    const many = Array.from({ length: 50 }, (_, n) => `Q${n},A${n}`);
    for (const limit of [limits.maxRowBytes, 200]) {
      const rows = await rowsOf(csv, bytes("q,a", 'Q,"A', ...many), limit);
      expect(placesOf(rows)[0]).toEqual([2, "invalid-csv"]);
      expect(rows).toHaveLength(51);
    }
  });

  test("CSV: the later lines of a broken record are no rows of their own; carriage returns alone are refused", async () => {
    const record = (n: number): string => `"What is \\"${n}\\"?\n line","A${n}"`;
    const rows = await rowsOf(csv, bytes("q,a", record(1), "Q2,A2", record(3)));
    expect(rows.filter(isReadable).map(({ value }) => value)).toEqual([{ q: "Q2", a: "A2" }]);
    await expect(rowsOf(csv, [Buffer.from("q,a\rQ,A\r")])).rejects.toThrow("found carriage returns alone");
  });

  test("numbers that JavaScript cannot hold keep their digits; columns of any name are kept", async () => {
    const line = '{"id": 9007199254740993, "n": [-12345678901234567890, 1.2345678901234567, 5], "s": ": 9007199254740993", "__proto__": 1}';
    const [row] = await rowsOf(jsonl, bytes(line));
    const value = row && isReadable(row) ? row.value : undefined;
    expect(JSON.stringify(value)).toBe(
      '{"id":"9007199254740993","n":["-12345678901234567890",1.2345678901234567,5],"s":": 9007199254740993","__proto__":1}',
    );
    expect(JSON.stringify(valuesOf(await rowsOf(csv, bytes("__proto__,a", "x,y"))))).toBe('[{"__proto__":"x","a":"y"}]');
  });

  test("JSON: several objects on one line", async () => {
    await using folder = await temporaryFolder();
    const path = await folder.file("rows.json", '{"a": "}{"} {"a": 2}\n{"a": 3}');
    expect(valuesOf(await rowsOfFile(path))).toEqual([{ a: "}{" }, { a: 2 }, { a: 3 }]);
  });

  test("CSV: other delimiters by the header line; a bad header is an error with its line", async () => {
    expect(valuesOf(await rowsOf(csv, bytes("q;a", 'Q;"A, B"')))).toEqual([{ q: "Q", a: "A, B" }]);
    expect(valuesOf(await rowsOf(csv, bytes("q\ta", "Q\tA")))).toEqual([{ q: "Q", a: "A" }]);
    await expect(rowsOf(csv, bytes("", "q,q", "Q,A"))).rejects.toThrow('rows:2: two columns are named "q"');
  });

  test("Parquet: a damaged row group costs its rows, a damaged end the file", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "rows.parquet");
    const rows = Array.from({ length: 8_000 }, (_, index) => ({ a: `${index} ${Math.sin(index)} ${"text ".repeat(index % 9)}` }));
    await writeRows(path, () => rows);
    const { readFile } = await import("node:fs/promises");
    const whole = await readFile(path);
    const damaged = Buffer.from(whole);
    // In the middle of the second row group's page.
    damaged.fill(0xff, Math.floor(whole.length * 0.4), Math.floor(whole.length * 0.4) + 400);
    await writeFile(path, damaged);
    const read = await rowsOfFile(path);
    expect(read).toHaveLength(8_000);
    const bad = read.filter((row) => "problem" in row);
    expect(bad.length).toBeGreaterThan(0);
    expect(bad.length).toBeLessThanOrEqual(5_000);
    expect(valuesOf(read)[0]).toEqual(rows[0]);
    expect(valuesOf(read).at(-1)).toEqual(rows.at(-1));
    await truncate(path, whole.length - 30);
    await expect(rowsOfFile(path)).rejects.toThrow(/expected a Parquet file, found one whose end is missing or damaged/);
    await writeFile(path, "no parquet at all");
    await expect(rowsOfFile(path)).rejects.toThrow(/begins with "PAR1", found "no parquet at al"/);
  });

  test("Parquet: text that is no UTF-8 rejects its row alone", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "rows.parquet");
    const { parquetWriteFile } = await import("hyparquet-writer");
    const data = ["one", "two", "three"].map((word) => new TextEncoder().encode(word));
    data[1] = Uint8Array.from([0x63, 0xe9]);
    parquetWriteFile({
      filename: path,
      columnData: [{ name: "a", data }],
      schema: [
        { name: "root", num_children: 1 },
        { name: "a", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      ],
    });
    expect(valuesOf(await rowsOfFile(path))).toEqual([{ a: "one" }, "invalid-utf8", { a: "three" }]);
  });

  test("Parquet: bytes that are not said to be text are text where they can be, else base64", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "rows.parquet");
    const { parquetWriteFile } = await import("hyparquet-writer");
    const data = [new TextEncoder().encode("café"), Uint8Array.from([0x00, 0xff])];
    const schema = [
      { name: "root", num_children: 1 },
      { name: "a", type: "BYTE_ARRAY" as const, repetition_type: "REQUIRED" as const },
    ];
    parquetWriteFile({ filename: path, columnData: [{ name: "a", data }], schema });
    expect(valuesOf(await rowsOfFile(path))).toEqual([{ a: "café" }, { a: "AP8=" }]);
  });

  test("Parquet: columns whose values are of several kinds are JSON text; whole numbers and lists keep their types", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "rows.parquet");
    await writeRows(path, () => [
      { n: 1, big: 2 ** 40, mixed: 1, list: [], nothing: null, object: {}, some: { a: 1 } },
      { n: null, big: 3, mixed: "x", list: [{ a: [1.5], b: null }], object: { k: 1 }, some: null, late: true },
    ]);
    expect(valuesOf(await rowsOfFile(path))).toMatchObject([
      { n: 1, big: 2 ** 40, mixed: "1", list: [], object: { k: null }, some: { a: 1 } },
      { big: 3, mixed: '"x"', list: [{ a: [1.5] }], object: { k: 1 }, late: true },
    ]);
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
  const rows = Array.from({ length: 500 }, (_, index) => `${JSON.stringify({ index, words: `row ${index} `.repeat(20) })}\n`).join("");
  const values = rows
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  // Made once with `zstd -19`, because Node 20 cannot compress to it.
  const zstd = Buffer.from("KLUv/QRo1QAAkHsiYSI6MX0KInR3byJbM119CgIAL6m3lwvIZCby", "base64");

  async function rowsIn(name: string, bytes: Buffer): Promise<Row[]> {
    await using folder = await temporaryFolder();
    return await rowsOfFile(await folder.file(name, bytes));
  }

  test("gzip, by its bytes and not by its name; several members make one file", async () => {
    expect(valuesOf(await rowsIn("rows.jsonl.gz", gzipSync(rows)))).toEqual(values);
    expect(valuesOf(await rowsIn("rows.jsonl", gzipSync(rows)))).toEqual(values);
    expect(valuesOf(await rowsIn("rows.json.gz", gzipSync(JSON.stringify(values))))).toEqual(values);
    expect(valuesOf(await rowsIn("rows.jsonl.gz", Buffer.concat([gzipSync(rows), gzipSync(rows)])))).toEqual([...values, ...values]);
  });

  test("Zstandard", async () => {
    expect(valuesOf(await rowsIn("rows.jsonl.zst", zstd))).toEqual([{ a: 1 }, { a: "two" }, { a: [3] }]);
  });

  test("a file that was cut off: what could be read, and one row that says so", async () => {
    const whole = gzipSync(rows);
    const read = valuesOf(await rowsIn("rows.jsonl.gz", whole.subarray(0, whole.length - 20)));
    expect(read.at(-1)).toBe("damaged-file");
    expect(read.slice(0, 3)).toEqual(values.slice(0, 3));
    await expect(rowsIn("rows.jsonl.zst", zstd.subarray(0, zstd.length - 5))).rejects.toThrow(/Cannot read .*rows\.jsonl\.zst/);
  });
});

test("TSV: a cell that begins with a quote and is none in quotes is literal text", async () => {
  const text = [
    "q\ta",
    '"Yes," she said\tA1',
    '"Hello\tA2',
    "x\tA3",
    'and so on"\tA4',
    '"in ""quotes"""\tA5',
    'B\t"two',
    'lines"',
    '"first',
    'second"\tA6',
    'last\t"open',
  ].join("\n");
  for (const at of [1, 20, 40, 60, 80, text.length]) {
    const rows = await rowsOf(tsv, [Buffer.from(text.slice(0, at)), Buffer.from(text.slice(at))]);
    expect(valuesOf(rows)).toEqual([
      { q: '"Yes," she said', a: "A1" },
      { q: '"Hello', a: "A2" },
      { q: "x", a: "A3" },
      { q: 'and so on"', a: "A4" },
      { q: 'in "quotes"', a: "A5" },
      { q: "B", a: "two\nlines" },
      { q: "first\nsecond", a: "A6" },
      { q: "last", a: '"open' },
    ]);
  }
});

test("CSV: text after a closed quote makes the cell literal text, and costs no other row", async () => {
  const rows = await rowsOf(csv, [Buffer.from('q,a\n"Yes" she said,A1\n"a, b",A2\n"two\nlines",A3\n')]);
  expect(valuesOf(rows)).toEqual([
    { q: '"Yes" she said', a: "A1" },
    { q: "a, b", a: "A2" },
    { q: "two\nlines", a: "A3" },
  ]);
});

test("JSON lines: NaN and Infinity are null, and digits and texts stay as they are", async () => {
  const text = '{"a": NaN, "b": [-Infinity, Infinity,NaN], "c": "NaN, \\"NaN", "d": 12345678901234567890}\n{"a": NaNx}\n';
  const rows = await rowsOf(jsonl, [Buffer.from(text)]);
  expect(placesOf(rows)).toEqual([
    [1, { a: null, b: [null, null, null], c: 'NaN, "NaN', d: "12345678901234567890" }],
    [2, "invalid-json"],
  ]);
});

describe("a JSON file that is one table", () => {
  const rows = [
    { q: "Q1", a: ["A1"] },
    { q: "Q2", a: ["A2"] },
  ];
  test.each([
    ["lists", { q: ["Q1", "Q2"], a: [["A1"], ["A2"]] }],
    ["lists of prompts", { prompt: ["Q1", "Q2"], completion: ["A1", "A2"] }],
    ["pandas' columns", { q: { "0": "Q1", "1": "Q2" }, a: { "0": ["A1"], "1": ["A2"] } }],
    [
      "pandas' split",
      {
        columns: ["q", "a"],
        index: [0, 1],
        data: [
          ["Q1", ["A1"]],
          ["Q2", ["A2"]],
        ],
      },
    ],
    ["pandas' index", { "0": rows[0], "1": rows[1] }],
    ["pandas' table", { schema: { fields: [{ name: "q" }] }, data: rows }],
  ])("%s", async (name, table) => {
    const expected = name === "lists of prompts" ? [1, 2].map((n) => ({ prompt: `Q${n}`, completion: `A${n}` })) : rows;
    for (const space of [0, 2]) {
      await using folder = await temporaryFolder();
      const path = await folder.file("rows.json", JSON.stringify(table, null, space));
      expect(valuesOf(await rowsOfFile(path))).toEqual(expected);
    }
  });

  test("lists of one row stay in it", async () => {
    await using folder = await temporaryFolder();
    const rows = [{ conversations: ["Q1", "A1"] }, { conversations: ["Q2", "A2"] }];
    const lines = await folder.file("rows.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    expect(valuesOf(await rowsOfFile(lines))).toEqual(rows);
    const one = await folder.file("one.json", JSON.stringify(rows[0]));
    expect(valuesOf(await rowsOfFile(one))).toEqual(rows.slice(0, 1));
  });
});

test("a JSON file of several splits: train is read, another split is named once", async () => {
  for (const splits of [
    { test: [{ a: 9 }, { a: 8 }], train: [{ a: 1 }, { a: 2 }] },
    { train: [{ a: 1 }, { a: 2 }], validation: [{ a: [{ b: 1 }] }] },
  ]) {
    await using folder = await temporaryFolder();
    const read = valuesOf(await rowsOfFile(await folder.file("rows.json", JSON.stringify(splits))));
    expect(read.filter((value) => typeof value === "object")).toEqual([{ a: 1 }, { a: 2 }]);
    expect(read.filter((value) => value === "other-split")).toHaveLength(1);
  }
});
