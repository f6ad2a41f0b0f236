import Database from "libsql";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { ModelReply } from "../models/model.ts";
import { inLanes } from "./lanes.ts";
import { Store } from "./store.ts";
import { writeAtomically } from "./write-atomically.ts";

const reply = (text: string): ModelReply => ({ text, finishReason: "stop", usage: { inputTokens: 2, outputTokens: 3 } });
const entry = (text: string) => ({ phase: "verify", model: "m", reply: reply(text) }) as const;

describe("the store", () => {
  test("keeps calls and results over a restart; a repeated address keeps its first reply", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "journal.sqlite");
    const store = new Store(path);
    await Promise.all([store.put("a", entry("first")), store.put("b", entry("other"))]);
    await store.put("a", entry("second"));
    await store.putResult({ position: 1, line: 4, digest: "d", outcome: "dropped", phase: "verify", reason: "x", body: "{}" });
    await store.putResult({ position: 0, line: 2, digest: "d", outcome: "failed", phase: "respond", reason: "server", body: '{"n":0}' });
    store.close();
    const again = new Store(path);
    expect(again.get("a")).toEqual(reply("first"));
    expect(again.get("c")).toBeUndefined();
    expect(again.settled(1, "d")).toBe(true);
    expect(again.settled(0, "d")).toBe(false);
    expect([...again.bodies(["dropped", "failed"])]).toEqual(['{"n":0}', "{}"]);
    expect(again.countCalls()).toEqual([{ phase: "verify", calls: 2, inputTokens: 4, outputTokens: 6 }]);
    again.clearResults(1);
    expect([...again.bodies(["dropped", "failed"])]).toEqual(['{"n":0}']);
    expect(again.settled(0, "changed")).toBe(false);
    expect([...again.bodies(["dropped", "failed"])]).toEqual([]);
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
    await store.put("a", entry("seen"));
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
