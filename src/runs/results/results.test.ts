import { appendFile, readFile, truncate, writeFile } from "node:fs/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { runFiles, type RunFiles } from "../run-files.ts";
import { Store } from "../store.ts";
import { tally } from "../tally.ts";
import { tags } from "../../records/system-message/phrase.ts";

const body = (position: number): string => JSON.stringify({ id: `r${position}`, text: `the line of row ${position}` });

/** A run directory with three results. */
async function threeResults(folder: string): Promise<RunFiles> {
  const files = runFiles(folder);
  const store = new Store(files);
  for (const position of [0, 1, 2])
    store.results.put({
      position,
      line: position + 1,
      digest: "d",
      outcome: "done",
      traits: "{}",
      body: body(position),
      source: `{"of":${position}}`,
    });
  await store.settled();
  store.close();
  return files;
}

/** Positions of rows that a resumed run would make again. */
function madeAgain(files: RunFiles): number[] {
  const store = new Store(files);
  const found = [0, 1, 2].filter((position) => store.results.state(position) === undefined);
  store.close();
  return found;
}

async function change(path: string, to: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(path, to(await readFile(path)));
}

const replaced =
  (text: string, by: string) =>
  (bytes: Buffer): Buffer =>
    Buffer.from(bytes.toString("latin1").replaceAll(text, by), "latin1");

describe("results.bin that is not as it was written", () => {
  test.each<[string, (files: RunFiles) => Promise<void>, number[]]>([
    ["a line that is still JSON", ({ results }) => change(results, replaced("line of row 1", "LINE of row 1")), [1]],
    ["a row's own text", ({ results }) => change(results, replaced('{"of":2}', '{"of":3}')), [2]],
    ["a line's end", ({ results }) => change(results, replaced('row 0"}\n', 'row 0"} ')), [0]],
    ["bytes before all lines", ({ results }) => change(results, (bytes) => Buffer.concat([Buffer.from("{}\n"), bytes])), [0, 1, 2]],
    ["another line of the same length", ({ results }) => change(results, replaced("row 0", "row 1")), [0]],
    ["zeros", ({ results }) => change(results, (bytes) => Buffer.alloc(bytes.length)), [0, 1, 2]],
    ["a cut end", ({ results }) => truncate(results, 60), [1, 2]],
    ["nothing", ({ results }) => truncate(results, 0), [0, 1, 2]],
    ["what another process added", ({ results }) => appendFile(results, '{"id":"alien"}\n'), []],
  ])("%s: just its rows are made again, and no other text is given out", async (_name, damage, rows) => {
    await using folder = await temporaryFolder();
    const files = await threeResults(folder.path);
    await damage(files);
    const reader = new Store(files, { readOnly: true });
    const all = (): unknown => [[...reader.results.done()], [...reader.results.bodies(["done"])]];
    if (rows.length === 0) expect(Array.from(reader.results.bodies(["done"]), String)).toEqual([0, 1, 2].map((row) => `${body(row)}\n`));
    else expect(all).toThrow(/results\.bin (does not hold row \d as it was written|ends before byte \d+).*Run the run's command again/);
    reader.close();
    expect(madeAgain(files)).toEqual(rows);
  });
});

describe("an index that is not as it was written", () => {
  const update = async ({ index }: RunFiles, set: string): Promise<void> => {
    const database = new DatabaseSync(index);
    database.exec(`UPDATE results SET ${set} WHERE position = 1`);
    database.close();
  };

  test.each(["outcome = 'dxne'", "outcome = 'dropped'", "traits = '[]'", "digest = 'e'", "length = length - 1", "at = 0", "sum = 1"])(
    "%s: its row is made again",
    async (set) => {
      await using folder = await temporaryFolder();
      const files = await threeResults(folder.path);
      await update(files, set);
      expect(madeAgain(files)).toEqual([1]);
    },
  );

  test("what cannot be counted is told in a sentence", async () => {
    await using folder = await temporaryFolder();
    const files = await threeResults(folder.path);
    await update(files, "outcome = 'dxne', traits = '{'");
    const reader = new Store(files, { readOnly: true });
    const said = /index\.sqlite is damaged \(an entry is not as it was written\)\. Run the run's command again/;
    expect(() => reader.results.count()).toThrow(said);
    expect(() => tally(reader, tags)).toThrow(said);
    reader.close();
  });
});

test("results of a version without checksums are taken over where they are JSON", async () => {
  await using folder = await temporaryFolder();
  const files = await threeResults(folder.path);
  const database = new DatabaseSync(files.index);
  for (const column of ["sum", "source_sum", "entry_sum"]) database.exec(`ALTER TABLE results DROP COLUMN ${column}`);
  database.exec("PRAGMA user_version = 1");
  database.close();
  await change(files.results, replaced('row 2"', "row 2 "));
  const reader = new Store(files, { readOnly: true });
  expect(reader.results.line(1)).toBe(body(1));
  expect(() => reader.results.line(2)).toThrow("does not hold row 3");
  reader.close();
  expect(madeAgain(files)).toEqual([2]);
  const store = new Store(files);
  store.results.put({ position: 2, line: 3, digest: "d", outcome: "done", traits: "{}", body: body(2) });
  await store.settled();
  expect(Array.from(store.results.bodies(["done"]), String)).toEqual([0, 1, 2].map((row) => `${body(row)}\n`));
  expect(store.results.size).toBe(3);
  store.close();
});

test("a file that another process writes into is written no more", async () => {
  await using folder = await temporaryFolder();
  const files = await threeResults(folder.path);
  const store = new Store(files);
  await appendFile(files.results, "alien\n");
  store.results.put({ position: 3, line: 4, digest: "d", outcome: "done", traits: "{}", body: body(3) });
  await expect(store.index()).rejects.toThrow(
    /results\.bin was changed by another process .* so this one stopped and wrote nothing more\./,
  );
  expect(await readFile(files.results, "utf8")).not.toContain("row 3");
  store.close();
});
