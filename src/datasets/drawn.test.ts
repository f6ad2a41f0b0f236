import { describe, expect, test } from "vitest";
import { questions, temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { openDataset, type DatasetOptions } from "./index.ts";

const rows = questions(300);
const text = (some: readonly object[]): string => some.map((row) => `${JSON.stringify(row)}\n`).join("");

interface Read {
  readonly drawn: readonly string[];
  readonly entries: readonly string[];
}

/** The ids of the drawn rows and of the selected rows. */
async function read(content: string, options: Partial<DatasetOptions> = {}): Promise<Read> {
  await using folder = await temporaryFolder();
  const input = await folder.file("rows.jsonl", content);
  const dataset = await openDataset({ input, stdin: process.stdin, maxRowBytes: 1_000_000, draw: 12, ...options });
  const entries: string[] = [];
  for await (const { id } of dataset.entries) entries.push(id);
  return { drawn: dataset.drawn.map(({ id }) => id), entries };
}

async function readStdin(content: string, options: Partial<DatasetOptions> = {}): Promise<Read> {
  async function* stdin(): AsyncGenerator<Uint8Array, void, void> {
    yield Buffer.from(content);
  }
  return read("", { input: "-", stdin: stdin(), ...options });
}

describe("rows that are drawn", () => {
  test("are those of the seed, whatever rows are selected, and the selection is whole", async () => {
    const all = await read(text(rows));
    expect(new Set(all.drawn).size).toBe(12);
    expect(all.entries).toEqual(rows.map(({ id }) => id));
    for (const selection of [{ limit: 5 }, { offset: 200 }, { offset: 10, limit: 20 }, { sample: 7, seed: 0 }]) {
      const { drawn, entries } = await read(text(rows), selection);
      expect(drawn).toEqual(all.drawn);
      expect(entries.length).toBe(selection.limit ?? selection.sample ?? 100);
    }
    expect((await read(text(rows), { seed: 9 })).drawn).not.toEqual(all.drawn);
  });

  test("are drawn by their text: the order of the rows does not matter", async () => {
    expect((await read(text(rows.toReversed()))).drawn).toEqual((await read(text(rows))).drawn);
  });

  test("of a smaller draw are the first of a larger one; a draw of none reads no further", async () => {
    const { drawn } = await read(text(rows));
    expect((await read(text(rows), { draw: 5 })).drawn).toEqual(drawn.slice(0, 5));
    expect((await read(text(rows), { draw: 1_000 })).drawn).toHaveLength(300);
    expect((await read(text(rows), { draw: 0 })).drawn).toEqual([]);
  });

  test("are of the first 1,000 rows: what comes behind them changes nothing", async () => {
    const many = questions(1_000);
    const { drawn } = await read(text(many));
    const longer = await read(text([...many, ...questions(1_300).slice(1_000)]));
    expect(longer.drawn).toEqual(drawn);
    expect(longer.entries).toHaveLength(1_300);
  });

  test("keep the ids that they have among all rows, repeated ones too", async () => {
    const repeated = text([{ ...rows[0], id: "q1" }, rows[1] ?? {}, rows[2] ?? {}]);
    const { drawn, entries } = await read(repeated, { draw: 3 });
    expect(entries).toEqual(["q1", "q1#2", "q2"]);
    expect(drawn.toSorted()).toEqual(["q1", "q1#2", "q2"]);
  });

  test("of a row that cannot be read have its problem", async () => {
    await using folder = await temporaryFolder();
    const input = await folder.file("rows.jsonl", `${text(rows.slice(0, 2))}{broken\n`);
    const dataset = await openDataset({ input, stdin: process.stdin, maxRowBytes: 1_000_000, draw: 3 });
    expect(dataset.drawn.map(({ content }) => "problem" in content)).toContain(true);
    await dataset.close();
  });
});

describe("of stdin", () => {
  test("the same rows are drawn as of a file", async () => {
    const { drawn, entries } = await readStdin(text(rows));
    expect(drawn).toEqual((await read(text(rows))).drawn);
    expect(entries).toHaveLength(300);
  });

  test("rows behind the end of the selection take no part, because they may never come", async () => {
    const { drawn, entries } = await readStdin(text(rows), { limit: 40 });
    expect(drawn).toEqual((await read(text(rows.slice(0, 40)))).drawn);
    expect(entries).toHaveLength(40);
  });

  test("a pipe that stays open is not read beyond the selection", async () => {
    async function* stdin(): AsyncGenerator<Uint8Array, void, void> {
      yield Buffer.from(text(rows.slice(0, 150)));
      await new Promise((resolve) => setTimeout(resolve, 30_000));
    }
    const dataset = await openDataset({ input: "-", stdin: stdin(), limit: 120, maxRowBytes: 1_000_000, draw: 12 });
    expect(dataset.drawn).toHaveLength(12);
  });
});
