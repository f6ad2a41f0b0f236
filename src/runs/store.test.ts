import { writeFile } from "node:fs/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { ModelReply } from "../models/model.ts";
import { runFiles } from "./run-files.ts";
import { Store } from "./store.ts";

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
    const reader = new DatabaseSync(files.index);
    const version = (): unknown => reader.prepare("PRAGMA data_version", { returnArrays: true }).get();
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
});
