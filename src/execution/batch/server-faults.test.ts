import { describe, expect, test, vi } from "vitest";
import { runInBatches } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { wellBehaved } from "../../../test/fixtures/model-server.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";

// Delays of seconds and minutes are a hundred times as short here.
vi.mock("node:timers/promises", async (original) => {
  const timers = await original<typeof import("node:timers/promises")>();
  return { ...timers, setTimeout: (ms: number, ...more: [unknown, object]) => timers.setTimeout(ms / 100, ...more) };
});

describe("an answer that breaks off", () => {
  test.each(["GET /batches", "POST /files", "GET /batches/*", "GET /files/*/content"])("to %s is asked for again", async (route) => {
    await using folder = await temporaryFolder();
    let cuts = 0;
    await using server = await startBatchServer({ before: (asked) => (asked === route && cuts++ === 0 ? "cut" : undefined) });
    expect(await runInBatches(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect([cuts > 1, server.batches, server.paidTwice()]).toEqual([true, [3, 3, 3], 0]);
  });

  test("to the beginning of a batch is looked up", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ before: (asked) => (asked === "POST /batches" ? "cut" : undefined) });
    expect(await runInBatches(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect([server.batches, server.paidTwice()]).toEqual([[3, 3, 3], 0]);
  });
});

test("a file without a last line end loses no reply to the file that is put behind it", async () => {
  await using folder = await temporaryFolder();
  const failed = new Set<number>();
  await using server = await startBatchServer({
    content: (text) => text.replace(/\n$/, ""),
    serve: (call) => {
      if (failed.size >= 3 || failed.has(call.index)) return wellBehaved(call);
      failed.add(call.index);
      return { status: 500 };
    },
  });
  const summary = await runInBatches(folder, server, 10);
  expect(summary).toMatchObject({ state: "finished", rows: { done: 10 } });
  expect([server.answered.batch, server.paidTwice(), summary.notices]).toEqual([30, 0, ""]);
});
