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

/** Lets `Date.now` jump. Other clocks go on. */
function clockOfTest(): Disposable & { readonly forward: (ms: number) => void } {
  const now = Date.now.bind(Date);
  let ahead = 0;
  const spy = vi.spyOn(Date, "now").mockImplementation(() => now() + ahead);
  return { forward: (ms) => (ahead += ms), [Symbol.dispose]: () => spy.mockRestore() };
}

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

describe("a server that does not answer for a while", () => {
  const busy = { status: 503, body: '{"error":{"message":"bad gateway"}}' };

  test.each(["GET /batches/*", "POST /files", "GET /files/*/content"])(
    "to %s is asked until it does, and a notice says so once",
    async (route) => {
      await using folder = await temporaryFolder();
      let asked = 0;
      // More often than a request is made again, once a file of the run was taken.
      await using server = await startBatchServer({
        before: (name) => (name === route && server.batches.length > 0 && asked++ < 20 ? busy : undefined),
      });
      const summary = await runInBatches(folder, server, 3);
      expect(summary).toMatchObject({ state: "finished", rows: { done: 3 } });
      expect([server.batches, server.paidTwice()]).toEqual([[3, 3, 3], 0]);
      expect(summary.notices.match(/answered 503: .*bad gateway.*\. It is asked again until the server answers\./g)).toHaveLength(1);
    },
  );

  test("is not waited for before it has taken a file, and not by a command that would pay again", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ before: () => busy });
    await expect(runInBatches(folder, server, 3)).rejects.toThrow("answered 503");
    server.behaviour.before = () => undefined;
    server.behaviour.batchMs = 600_000;
    await runInBatches(folder, server, 3, { wait: false });
    server.behaviour.before = () => busy;
    expect(await runInBatches(folder, server, 3, { wait: false })).toMatchObject({ state: "stopped", waiting: 3 });
    await expect(runInBatches(folder, server, 3, { batch: false })).rejects.toThrow("The batches cannot go on: ");
    expect(server.answered).toEqual({ online: 0, batch: 0 });
  });

  test("to the beginning of a batch is asked later, and never begins one twice", async () => {
    await using folder = await temporaryFolder();
    const answers = [{ ...busy, status: 429, headers: { "retry-after": "1" } }, busy];
    await using server = await startBatchServer({ before: (name) => (name === "POST /batches" ? answers.shift() : undefined) });
    using clock = clockOfTest();
    const listed = (): number => server.routes.filter((route) => route === "GET /batches").length;
    const running = runInBatches(folder, server, 3);
    // The batch that may have begun is looked up again and again, and not begun.
    await vi.waitFor(() => expect(listed()).toBeGreaterThan(8), 20_000);
    expect(server.routes.filter((route) => route === "POST /batches")).toHaveLength(2);
    clock.forward(61_000);
    expect(await running).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect([server.batches, server.paidTwice()]).toEqual([[3, 3, 3], 0]);
  });
});
