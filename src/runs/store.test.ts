import Database from "libsql";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { ModelReply } from "../models/model.ts";
import { inLanes } from "./lanes.ts";
import { Store } from "./store.ts";
import { writeAtomically } from "./write-atomically.ts";

const reply = (text: string): ModelReply => ({ text, finishReason: "stop", usage: { inputTokens: 2, outputTokens: 3 } });
const entry = (text: string) => ({ phase: "verify", model: "m", reply: { ...reply(text), tookMs: 12 } }) as const;

describe("the store", () => {
  test("keeps calls and results over a restart; a repeated address keeps its first reply", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "journal.sqlite");
    const store = new Store(path);
    await Promise.all([store.journal.put("a", entry("first")), store.journal.put("b", entry("other"))]);
    await store.journal.put("a", entry("second"));
    await store.results.put({ position: 1, line: 4, digest: "d", outcome: "dropped", phase: "verify", reason: "x", body: "{}" });
    await store.results.put({ position: 0, line: 2, digest: "d", outcome: "failed", phase: "respond", reason: "server", body: '{"n":0}' });
    await store.putNote("load", "[]");
    await store.settled();
    store.close();
    const again = new Store(path);
    expect(again.note("load")).toBe("[]");
    expect(again.note("other")).toBeUndefined();
    expect(again.journal.get("a")).toEqual(reply("first"));
    expect(again.journal.get("c")).toBeUndefined();
    expect(again.results.state(1)).toMatchObject({ digest: "d", outcome: "dropped", reason: "x" });
    expect([...again.results.bodies(["dropped", "failed"])]).toEqual(['{"n":0}', "{}"]);
    expect(again.journal.countPaid()).toEqual([{ phase: "verify", model: "m", calls: 2, inputTokens: 4, outputTokens: 6, meanMs: 12 }]);
    again.results.clear(1);
    expect([...again.results.bodies(["dropped", "failed"])]).toEqual(['{"n":0}']);
    await again.results.forget(0);
    expect([...again.results.bodies(["dropped", "failed"])]).toEqual([]);
    await again.settled();
    again.close();
  });

  test("a file that is no database is named", async () => {
    await using folder = await temporaryFolder();
    const path = await folder.file("journal.sqlite", "x".repeat(50_000));
    expect(() => new Store(path)).toThrow(/journal\.sqlite is damaged/);
  });

  test("commits are on the disk when they are acknowledged", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "journal.sqlite");
    const store = new Store(path);
    await store.journal.put("a", entry("seen"));
    const reader = new Database(path);
    expect(reader.prepare("SELECT count(*) FROM calls").raw().get()).toEqual([1]);
    reader.close();
    store.close();
  });
});

describe("lanes", () => {
  async function* numbers(count: number): AsyncGenerator<number> {
    for (let number = 0; number < count; number++) yield number;
  }

  test("as many at once as allowed, none further ahead", async () => {
    let now = 0;
    let most = 0;
    await inLanes(numbers(50), 4, new AbortController().signal, async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
    });
    expect(most).toBe(4);
  });

  test("the first error ends it, after what is under way", async () => {
    const ended: number[] = [];
    const working = inLanes(numbers(100), 3, new AbortController().signal, async (number) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (number === 4) throw new Error("four");
      ended.push(number);
    });
    await expect(working).rejects.toThrow("four");
    expect(ended.length).toBeLessThan(10);
  });
});

test("a file is written whole or not at all", async () => {
  await using folder = await temporaryFolder();
  const path = await folder.file("out.jsonl", "old\n");
  function* pieces(): Generator<string> {
    yield "new\n";
    throw new Error("broken off");
  }
  await expect(writeAtomically(path, pieces())).rejects.toThrow("broken off");
  const { readFile } = await import("node:fs/promises");
  expect(await readFile(path, "utf8")).toBe("old\n");
});

test("a file of the first version is taken over: its calls answer, its results stay", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "journal.sqlite");
  const old = new Database(path);
  old.exec(`CREATE TABLE calls (address TEXT PRIMARY KEY, phase TEXT NOT NULL, model TEXT NOT NULL, input_tokens INTEGER NOT NULL,
      output_tokens INTEGER NOT NULL, reply TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE results (position INTEGER PRIMARY KEY, line INTEGER NOT NULL, digest TEXT NOT NULL, outcome TEXT NOT NULL, phase TEXT,
      reason TEXT, body TEXT NOT NULL)`);
  for (const address of ["b", "a", "c"])
    old.prepare("INSERT INTO calls VALUES (?, 'verify', 'm', 2, 3, ?)").run(address, JSON.stringify(reply(`of ${address}`)));
  old.prepare("INSERT INTO results VALUES (0, 1, 'd', 'done', NULL, NULL, '{}')").run();
  old.close();
  expect(() => new Store(path, { readOnly: true })).toThrow(/another version/);
  const store = new Store(path);
  for (const address of ["a", "b", "c"]) expect(store.journal.get(address)).toEqual(reply(`of ${address}`));
  expect([...store.results.done()]).toEqual([{ body: "{}", source: undefined }]);
  await store.journal.put("d", entry("new"));
  expect(store.journal.get("d")).toEqual(reply("new"));
  store.close();
});
