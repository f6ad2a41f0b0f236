import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { writeManifest, type Manifest } from "./manifest.ts";
import { openJournal, openRun } from "./open-run.ts";
import { runFiles } from "./run-files.ts";
import { stateOf } from "./run-state.ts";
import { Store } from "./store.ts";

test("a folder without a journal has none", async () => {
  await using folder = await temporaryFolder();
  expect(await openJournal(folder.path)).toBeUndefined();
});

test("means and scatter by phase and model; what a server does not report is not counted; times where the journal has them", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(runFiles(folder.path));
  const put = (address: string, model: string, outputTokens: number, tookMs?: number): Promise<void> =>
    store.journal.put(address, {
      phase: "generate",
      model,
      reply: {
        text: address,
        finishReason: "stop",
        usage: { inputTokens: outputTokens * 10, outputTokens },
        ...(tookMs === undefined ? {} : { tookMs }),
      },
    });
  await Promise.all([put("a", "m", 10, 1_000), put("b", "m", 20, 2_000), put("c", "m", 30), put("d", "m", 0), put("e", "other", 7)]);
  await store.settled();
  store.close();
  const expected = {
    phase: "generate",
    model: "m",
    calls: 3,
    inputTokens: 200,
    outputTokens: 20,
    outputTokensDeviation: expect.closeTo(10, 6),
  };
  using journal = await openJournal(folder.path);
  expect(journal?.get("b")?.text).toBe("b");
  expect(journal?.get("z")).toBeUndefined();
  expect(journal?.round("generate")).toBe(0);
  expect(journal?.means()).toEqual([
    { ...expected, ms: 1_500 },
    { phase: "generate", model: "other", calls: 1, inputTokens: 70, outputTokens: 7, outputTokensDeviation: 0, ms: undefined },
  ]);
});

describe("a run directory", () => {
  const manifest: Manifest = { state: "finished", identity: {}, rounds: {}, retrySession: 0 };
  async function makeRun(folder: string): Promise<void> {
    await using opened = await openRun(folder, "own", () => {});
    await writeManifest(runFiles(folder).manifest, manifest);
    opened.store.results.put({ position: 0, line: 1, digest: "d", outcome: "done", traits: "{}", body: "{}" });
  }

  test("is made for its owner, and for nobody else", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "new", "run");
    for (const right of ["read", "add-calls"] as const) await expect(openRun(path, right)).rejects.toThrow(`No run in ${path}`);
    expect(existsSync(path)).toBe(false);
    await makeRun(path);
    await using opened = await openRun(path, "read");
    expect(opened.manifest).toEqual(manifest);
    expect(opened.store.results.line(0)).toBe("{}");
  });

  test("is held by one owner or one that adds calls, beside any number of readers", async () => {
    await using folder = await temporaryFolder();
    await makeRun(folder.path);
    for (const right of ["own", "add-calls"] as const) {
      await using held = right === "own" ? await openRun(folder.path, right, () => {}) : await openRun(folder.path, right);
      expect(held.folder).toBe(folder.path);
      await expect(openRun(folder.path, "add-calls")).rejects.toThrow(/at work in .*\. Wait for it to end\.$/);
      await expect(openRun(folder.path, "own", () => {})).rejects.toThrow("or choose another --out");
      // Who waits for it can be told to end.
      const waiting = { waitMs: 60_000, signal: AbortSignal.timeout(20) };
      await expect(openRun(folder.path, "own", () => {}, waiting)).rejects.toThrow(/aborted/);
      await using reader = await openRun(folder.path, "read");
      expect(stateOf({ ...reader.manifest, state: "running" }, runFiles(folder.path))).toBe("running");
    }
    expect(stateOf({ ...manifest, state: "running" }, runFiles(folder.path))).toBe("broken-off");
    expect(stateOf(manifest, runFiles(folder.path))).toBe("finished");
  });

  test("that cannot be read is told in a sentence, with the cause", async () => {
    await using folder = await temporaryFolder();
    await makeRun(folder.path);
    const { index, results, retries } = runFiles(folder.path);
    await mkdir(retries);
    await expect(openRun(folder.path, "read")).rejects.toThrow(/^Cannot read .*index\.sqlite \(EISDIR/);
    await rm(retries, { recursive: true });
    const database = new DatabaseSync(index);
    database.exec("ALTER TABLE results RENAME COLUMN digest TO hash");
    database.close();
    await expect(openRun(folder.path, "read")).rejects.toThrow(/^Cannot read .*index\.sqlite \(no such column: digest\)/);
    await rm(results);
    await expect(openRun(folder.path, "read")).rejects.toThrow("expected run.json, index.sqlite and results.bin there");
  });

  test("whose check fails is let go, with no file made", async () => {
    await using folder = await temporaryFolder();
    const refuse = (): never => {
      throw new Error("refused");
    };
    await expect(openRun(folder.path, "own", refuse)).rejects.toThrow("refused");
    expect(existsSync(runFiles(folder.path).journal)).toBe(false);
    await makeRun(folder.path);
  });
});
