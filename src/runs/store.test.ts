import { hash } from "node:crypto";
import { appendFile, copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { ModelReply } from "../models/model.ts";
import { CallTable } from "./journal/call-table.ts";
import { inLanes } from "../execution/lanes.ts";
import { runFiles } from "./run-files.ts";
import { Store } from "./store.ts";
import { writeAtomically } from "../platform/write-atomically.ts";

const reply = (text: string): ModelReply => ({ text, finishReason: "stop", usage: { inputTokens: 2, outputTokens: 3 } });
const entry = (text: string) => ({ phase: "verify", model: "m", reply: { ...reply(text), tookMs: 12 } }) as const;

/** What rejected.jsonl would hold. */
const rejected = ({ results }: Store): string => Array.from(results.bodies(["dropped", "failed"]), String).join("");

describe("the store", () => {
  test("keeps calls and results over a restart; a repeated address keeps its first reply", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await Promise.all([store.journal.put("a", entry("first")), store.journal.put("b", entry("other"))]);
    await store.journal.put("a", entry("second"));
    store.results.put({
      position: 1,
      line: 4,
      digest: "d",
      outcome: "dropped",
      phase: "verify",
      reason: "x",
      traits: "{}",
      body: "{}",
    });
    store.results.put({
      position: 0,
      line: 2,
      digest: "d",
      outcome: "failed",
      phase: "respond",
      reason: "server",
      traits: "{}",
      body: '{"n":0}',
    });
    store.putNote("load", "[]");
    await store.settled();
    store.close();
    const again = new Store(files);
    expect(again.note("load")).toBe("[]");
    expect(again.note("other")).toBeUndefined();
    expect(again.journal.get("a")).toEqual(reply("first"));
    expect(again.journal.get("c")).toBeUndefined();
    expect(again.results.state(1)).toMatchObject({ digest: "d", outcome: "dropped", reason: "x" });
    expect(rejected(again)).toBe('{"n":0}\n{}\n');
    expect(again.journal.countPaid()).toEqual([{ phase: "verify", model: "m", calls: 3, inputTokens: 6, outputTokens: 9 }]);
    again.results.clear(1);
    expect(rejected(again)).toBe('{"n":0}\n');
    again.results.forget(0);
    expect(rejected(again)).toBe("");
    await again.settled();
    again.close();
  });

  test("the index is written when there is something to write, and else left alone", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    const reader = new Database(files.index);
    const version = (): unknown => reader.prepare("PRAGMA data_version").raw().get();
    /** Whether bringing the index up to date wrote anything. */
    const writes = async (): Promise<boolean> => {
      const before = version();
      await store.index();
      return JSON.stringify(version()) !== JSON.stringify(before);
    };
    expect(await writes()).toBe(false);
    await store.journal.put("a", entry("first"));
    expect([await writes(), await writes()]).toEqual([true, false]);
    store.putNote("load", "[1]");
    expect([await writes(), await writes()]).toEqual([true, false]);
    store.putNote("load", "[1]");
    expect(await writes()).toBe(false);
    store.results.put({ position: 0, line: 1, digest: "d", outcome: "done", traits: "{}", body: "{}" });
    expect([await writes(), await writes()]).toEqual([true, false]);
    expect(store.results.line(0)).toBe("{}");
    reader.close();
    store.close();
  });

  test("an index that is damaged or gone is made again from the journal", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await Promise.all([store.journal.put("a", entry("first")), store.journal.put("b", entry("other"))]);
    await store.settled();
    store.close();
    await writeFile(files.index, "x".repeat(50_000));
    const again = new Store(files);
    expect([again.journal.get("a"), again.journal.get("b")]).toEqual([reply("first"), reply("other")]);
    expect(again.journal.countPaid()).toMatchObject([{ calls: 2 }]);
    again.close();
  });

  test("a reply is on the disk when it is acknowledged, and known again without any index of it", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await store.journal.put("a", entry("seen"));
    const lines = (await readFile(files.journal, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        crc: expect.stringMatching(/^[0-9a-f]{8}$/),
        address: "a",
        phase: "verify",
        model: "m",
        inputTokens: 2,
        outputTokens: 3,
        tookMs: 12,
        finishReason: "stop",
        text: "seen",
      },
    ]);
    // As after a kill: nothing was closed.
    await copyFile(files.journal, join(folder.path, "copy"));
    const elsewhere = runFiles(join(folder.path, "other"));
    await mkdir(join(folder.path, "other"));
    await copyFile(join(folder.path, "copy"), elsewhere.journal);
    const again = new Store(elsewhere);
    expect(again.journal.get("a")).toEqual(reply("seen"));
    again.close();
    await store.settled();
    store.close();
  });

  test.each([1, 20, 60, 100])("a last line that was torn after %i bytes is cut off, and those before it stay", async (bytes) => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await store.journal.put("a", entry("whole"));
    await store.settled();
    store.close();
    const whole = await readFile(files.journal);
    await appendFile(files.journal, whole.subarray(0, bytes));
    const again = new Store(files);
    expect(again.journal.get("a")).toEqual(reply("whole"));
    expect((await stat(files.journal)).size).toBe(whole.length);
    await again.journal.put("b", entry("after"));
    await again.settled();
    again.close();
    const third = new Store(files);
    expect(third.journal.get("b")).toEqual(reply("after"));
    third.close();
  });

  test("damage before the end is told with its place, and nothing is cut", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await store.journal.put("a", entry("whole"));
    await store.settled();
    store.close();
    const whole = await readFile(files.journal, "utf8");
    const damaged = `${whole}{"address":"b","pha\u0000\u0000\n${whole.replace('"a"', '"c"')}`;
    await writeFile(files.journal, damaged);
    expect(() => new Store(files)).toThrow(`journal.jsonl is damaged at byte ${whole.length}`);
    expect(await readFile(files.journal, "utf8")).toBe(damaged);
  });
});

test("the table of calls finds every call it was told of, and hardly any other", () => {
  const table = new CallTable();
  const addressAt = (index: number): string => hash("sha256", String(index), "base64url");
  for (let index = 0; index < 20_000; index++) table.add(addressAt(index), 1_000_000_000_000 + index);
  for (let index = 0; index < 20_000; index++) expect([...table.find(addressAt(index))]).toContain(1_000_000_000_000 + index);
  const others = Array.from({ length: 20_000 }, (_, index) => [...table.find(addressAt(-1 - index))].length);
  expect(others.filter((count) => count > 0).length).toBeLessThan(100);
});

describe("lanes", () => {
  async function* numbers(count: number): AsyncGenerator<number> {
    for (let number = 0; number < count; number++) yield number;
  }

  test("as many at once as allowed, none further ahead", async () => {
    let now = 0;
    let most = 0;
    await inLanes(numbers(50), { width: 4, signal: new AbortController().signal }, async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
    });
    expect(most).toBe(4);
  });

  test("it is told when the last item was begun, which is not yet done", async () => {
    let [begun, done, doneBefore, told] = [0, 0, -1, 0];
    const onLast = (): void => void ([doneBefore, told] = [done, told + 1]);
    await inLanes(numbers(10), { width: 4, signal: new AbortController().signal, onLast }, async () => {
      expect([++begun, doneBefore]).toEqual([begun, -1]);
      await new Promise((resolve) => setImmediate(resolve));
      done++;
    });
    expect([told, done, doneBefore >= 6, doneBefore < 10]).toEqual([1, 10, true, true]);
  });

  test("the first error ends it, after what is under way", async () => {
    const ended: number[] = [];
    const working = inLanes(numbers(100), { width: 3, signal: new AbortController().signal }, async (number) => {
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
  expect(await readFile(path, "utf8")).toBe("old\n");
});

test("a run directory of the first version is taken over: its calls answer", async () => {
  await using folder = await temporaryFolder();
  const files = runFiles(folder.path);
  const old = new Database(files.formerJournal);
  old.exec(`CREATE TABLE calls (address TEXT PRIMARY KEY, phase TEXT NOT NULL, model TEXT NOT NULL, input_tokens INTEGER NOT NULL,
      output_tokens INTEGER NOT NULL, reply TEXT NOT NULL) WITHOUT ROWID`);
  const addresses = Array.from({ length: 600 }, (_, index) => `address ${index}`);
  for (const address of addresses)
    old.prepare("INSERT INTO calls VALUES (?, 'verify', 'm', 2, 3, ?)").run(address, JSON.stringify(reply(`of ${address}`)));
  old.close();
  const store = new Store(files);
  for (const address of addresses) expect(store.journal.get(address)).toEqual(reply(`of ${address}`));
  expect(store.journal.countPaid()).toMatchObject([{ phase: "verify", model: "m", calls: 600, inputTokens: 1200 }]);
  store.close();
});
