import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { Result } from "../runs/results/results.ts";
import { runFiles } from "../runs/run-files.ts";
import { Store } from "../runs/store.ts";
import { ResultIndex } from "./result-index.ts";
import { RowIds } from "./row-ids.ts";
import { TextSearch } from "./text-search.ts";

const traits = JSON.stringify({ tags: { Role: 1 }, verdicts: {}, faults: {}, repairs: {}, gates: {} });
const resultAt = (position: number, text: string, outcome: Result["outcome"] = "done"): Result => ({
  position,
  line: position + 1,
  digest: `d${position}${text}`,
  outcome,
  traits,
  body: JSON.stringify({ id: `row-${position}`, messages: [{ role: "user", content: text }] }),
  source: `source of ${position}`,
});

let now = 0;
/** What the index says of the rows, read anew whatever the time. */
function rowsIn(index: ResultIndex): string[] {
  index.refresh((now += 1_000));
  const { count, positions, kinds } = index.slots;
  return Array.from({ length: count }, (_, slot) => {
    const { content } = (JSON.parse(index.body(slot)) as { messages: { content: string }[] }).messages[0] ?? { content: "" };
    return `${positions[slot]} ${index.kinds.at(kinds[slot] ?? 0).outcome} ${content}`;
  });
}

describe("an index beside the process that writes it", () => {
  test("takes in rows as they come, in whatever order; rows made anew, forgotten, and all of them made anew", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    const write = async (...results: Result[]): Promise<void> => {
      for (const result of results) store.results.put(result);
      await store.index();
    };
    await write(resultAt(3, "c"), resultAt(1, "a"));
    const index = new ResultIndex(files);
    const ids = new RowIds(index);
    const search = new TextSearch(index, "needle");
    const found = async (): Promise<string[]> => {
      search.refresh();
      await search.workFor(5_000);
      return Array.from({ length: index.slots.count }, (_, slot) => slot)
        .filter((slot) => search.holds(slot))
        .map((slot) => String(index.slots.positions[slot]));
    };
    expect(rowsIn(index)).toEqual(["1 done a", "3 done c"]);
    expect(index.record(1)).toMatchObject({ line: 4, source: "source of 3" });
    await write(resultAt(2, "the Needle", "failed"), resultAt(9, "z"));
    expect(rowsIn(index)).toEqual(["1 done a", "2 failed the Needle", "3 done c", "9 done z"]);
    expect(await found()).toEqual(["2"]);
    expect(index.generation).toBe(0);
    // A failed row that is tried again has a new result at its place.
    await write(resultAt(2, "mended"), resultAt(4, "another needle"));
    expect(rowsIn(index)).toEqual(["1 done a", "2 done mended", "3 done c", "4 done another needle", "9 done z"]);
    expect(await found()).toEqual(["4"]);
    expect(ids.slotOf("row-9", 0)).toBe(4);
    expect([index.slotOf(4), index.slotOf(5)]).toEqual([3, undefined]);
    store.results.forget(3);
    expect(rowsIn(index)).toEqual(["1 done a", "2 done mended", "4 done another needle", "9 done z"]);
    expect(index.generation).toBe(1);
    expect(await found()).toEqual(["4"]);
    store.results.clear();
    await write(resultAt(1, "needle"), resultAt(2, "b"));
    expect(rowsIn(index)).toEqual(["1 done needle", "2 done b"]);
    expect(await found()).toEqual(["1"]);
    expect(ids.slotOf("row-9", 0)).toBeUndefined();
    const { version } = index;
    rowsIn(index);
    expect(index.version).toBe(version);
    index.close();
    await store.settled();
    store.close();
  });
});
