import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { ModelError, UsageError } from "../errors.ts";
import type { JournalEntry } from "../models/with-journal.ts";
import { combineObservers } from "./combine-observers.ts";
import { openEventLog } from "./event-log.ts";
import { recordRun, type Recorder } from "./record-run.ts";

const paid: JournalEntry = {
  phase: "verify",
  model: "m",
  reply: { text: "SECRET", finishReason: "stop", usage: { inputTokens: 20, outputTokens: 5 }, tookMs: 12.6, endpoint: "gpu1:8000/v1" },
};

function tellAll(recorder: Recorder): void {
  const observer = combineObservers(recorder.observer);
  observer.onDownload({ receivedBytes: 1, totalBytes: 9 });
  observer.onDownload({ receivedBytes: 2, totalBytes: 9 });
  observer.onDownload({ receivedBytes: 9, totalBytes: 9 });
  observer.onStart({ folder: "runs/x", model: "m", judgeModel: "j", concurrency: 32, format: "alpaca", countRows: async () => 1 });
  observer.onPaid(paid);
  const error = new ModelError("rate-limit", "gpu1 answered 429: SECRET", { retryable: true, retryAfterMs: 1000 });
  observer.onCallFailed({ phase: "respond", model: "m", endpoint: "gpu1:8000/v1", error, tookMs: 3.2 });
  const counts = { requests: 9, refused: 1, failed: 0 };
  observer.onLoad({ endpoint: "gpu1:8000/v1", model: "m", limit: 16, inFlight: 4, heldBy: "refusals", circuit: "closed", ...counts });
  observer.onNotice("Something.");
  observer.onRow({ id: "q1", outcome: "dropped", phase: "verify", reason: "no-phrases" });
  observer.onRow({ id: "q2", outcome: "done", phase: undefined, reason: undefined });
}

async function eventsIn(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, "utf8");
  expect(text.endsWith("\n")).toBe(true);
  return text
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("the event log", () => {
  test("every event is a line, with a time in UTC and without text of messages", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "deep", "events.jsonl");
    const log = await openEventLog(path);
    tellAll(log);
    await log.end({ state: "finished" });
    const events = await eventsIn(path);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const expected = [
      { event: "download", receivedBytes: 1, totalBytes: 9 },
      { event: "download", receivedBytes: 9, totalBytes: 9 },
      {
        event: "run-start",
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        folder: "runs/x",
        model: "m",
        judgeModel: "j",
        concurrency: 32,
        format: "alpaca",
      },
      {
        event: "call",
        phase: "verify",
        model: "m",
        endpoint: "gpu1:8000/v1",
        inputTokens: 20,
        outputTokens: 5,
        tookMs: 13,
        finishReason: "stop",
      },
      {
        event: "call-failed",
        phase: "respond",
        model: "m",
        endpoint: "gpu1:8000/v1",
        error: "rate-limit",
        retryable: true,
        retryAfterMs: 1000,
        tookMs: 3,
      },
      {
        event: "load",
        endpoint: "gpu1:8000/v1",
        model: "m",
        limit: 16,
        inFlight: 4,
        heldBy: "refusals",
        circuit: "closed",
        requests: 9,
        refused: 1,
        failed: 0,
      },
      { event: "notice", text: "Something." },
      { event: "row", id: "q1", outcome: "dropped", phase: "verify", reason: "no-phrases" },
      { event: "row", id: "q2", outcome: "done" },
      {
        event: "run-end",
        state: "finished",
        seconds: expect.any(Number),
        rows: { done: 1, dropped: 1, failed: 0, resumed: 0 },
        calls: { paid: 1, failed: 1 },
        tokens: { inputTokens: 20, outputTokens: 5 },
      },
    ];
    expect(events).toEqual(expected.map((event) => ({ time, ...event })));
    expect(JSON.stringify(events)).not.toContain("SECRET");
  });

  test("appends to an earlier log, after half a line too", async () => {
    await using folder = await temporaryFolder();
    const path = await folder.file("events.jsonl", '{"time":"2025-01-01T00:00:00.000Z","event":"row"}\n{"time":"2025-');
    const log = await openEventLog(path);
    await log.end({ state: "finished" });
    const lines = (await readFile(path, "utf8")).split("\n");
    expect(lines.slice(0, 2)).toEqual(['{"time":"2025-01-01T00:00:00.000Z","event":"row"}', '{"time":"2025-']);
    expect(lines.slice(2).map((line) => line && JSON.parse(line).event)).toEqual(["run-end", ""]);
  });

  test("is on disk within a second or so, not only at the end", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "events.jsonl");
    const log = await openEventLog(path);
    tellAll(log);
    await expect.poll(async () => (await readFile(path, "utf8")).split("\n").length, { timeout: 10_000 }).toBe(10);
    await log.end({ state: "finished" });
  });

  test("many lines come in order", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "events.jsonl");
    const log = await openEventLog(path);
    for (let id = 0; id < 20_000; id++) {
      log.observer.onRow?.({ id: String(id), outcome: "done", phase: undefined, reason: undefined });
      if (id % 1_000 === 0) await new Promise(setImmediate);
    }
    await log.end({ state: "finished" });
    const events = await eventsIn(path);
    expect(events).toHaveLength(20_001);
    expect(events.slice(0, -1).every(({ id }, index) => id === String(index))).toBe(true);
  });

  test.each([
    ["a folder", "."],
    ["a path through a file", "rows.jsonl/events.jsonl"],
    ["somebody's data", "rows.jsonl"],
  ])("%s is no log", async (_name, name) => {
    await using folder = await temporaryFolder();
    await folder.jsonl("rows.jsonl", [{ question: "Q" }]);
    await expect(openEventLog(join(folder.path, name))).rejects.toThrow(UsageError);
    expect(await readFile(join(folder.path, "rows.jsonl"), "utf8")).toBe('{"question":"Q"}\n');
  });

  test("- is no log", async () => {
    await expect(openEventLog("-")).rejects.toThrow("/dev/stderr");
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk is said once, and ends the log alone", async () => {
    const notices: string[] = [];
    const log = await openEventLog("/dev/full", { onNotice: (text) => notices.push(text) });
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 100; count++) tellAll(log);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await log.end({ state: "finished" });
    expect(notices).toEqual([expect.stringMatching(/^The log \/dev\/full ends here: ENOSPC.* The run goes on\.$/)]);
  });
});

describe("the end of a recorded run", () => {
  async function endOf(work: () => Promise<unknown>, signal?: AbortSignal): Promise<unknown> {
    const ends: unknown[] = [];
    const recorder: Recorder = { observer: {}, end: async (end) => void ends.push(end) };
    await recordRun({ recorders: [undefined, recorder], signal }, work).catch(() => undefined);
    return ends;
  }

  test("is told as it was", async () => {
    expect(await endOf(async () => 1)).toEqual([{ state: "finished" }]);
    expect(await endOf(async () => 1, AbortSignal.abort())).toEqual([{ state: "interrupted" }]);
    expect(await endOf(() => Promise.reject(new DOMException("", "AbortError")))).toEqual([{ state: "interrupted" }]);
    expect(await endOf(() => Promise.reject(new UsageError("No.")))).toEqual([
      { state: "stopped", error: { type: "UsageError", message: "No." } },
    ]);
  });
});
