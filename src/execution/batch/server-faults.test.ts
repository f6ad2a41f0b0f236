import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { runInBatches } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { clockOfTest } from "../../../test/fixtures/clock-of-test.ts";
import { wellBehaved } from "../../../test/fixtures/model-server.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { askAboutBatches } from "./ask-about-batches.ts";

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

test("a batch of Together's, whose list is bare and holds other things too, is found", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer({ speaks: "together", before: (asked) => (asked === "POST /batches" ? "lose" : undefined) });
  expect(await runInBatches(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
  expect([server.batches, server.paidTwice()]).toEqual([[3, 3, 3], 0]);
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

describe("what a server has no more", () => {
  const gone = { status: 404, body: '{"error":{"message":"No such object"}}' };

  test.each([true, false])("is asked again if it is the output of a batch, and a notice says so (in batches: %s)", async (batch) => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await runInBatches(folder, server, 3, { wait: false });
    let asked = 0;
    Object.assign(server.behaviour, {
      batchMs: 0,
      before: (route: string) => (route === "GET /files/*/content" && asked++ < 6 ? gone : undefined),
    });
    // The 3 replies that are lost were paid, so that one call of 9 does not fit.
    const summary = await runInBatches(folder, server, 3, { batch, maxCalls: 11 });
    expect(summary.stoppedBy).toBe("The budget is spent (--max-calls 11: 11 calls are paid).");
    expect(summary.notices).toMatch(
      /Batch 1 is lost with 0 of its 3 calls\. .*No such object.* The other 3 are asked again, and paid again\. 3 of them are done at the server, and count as paid\./,
    );
    const next = await runInBatches(folder, server, 3, { batch, maxCalls: 12 });
    expect(next).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect([server.answered.online + server.answered.batch, server.paidTwice()]).toEqual([12, 3]);
  });

  test("is not paid for again and again", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ before: (route) => (route === "GET /files/*/content" ? gone : undefined) });
    const why =
      /no output of batch 2 any more \(.*No such object.*\), as with an earlier batch.*sysgen batches --cancel gives the batch up/;
    await expect(runInBatches(folder, server, 3)).rejects.toThrow(why);
    await expect(runInBatches(folder, server, 3)).rejects.toThrow(why);
    expect(server.batches).toEqual([3, 3]);
    const { open } = await askAboutBatches(join(folder.path, "run"), { cancel: true, env: {} });
    expect(open).toMatchObject([{ record: { batch: 2, step: "ended", state: "lost" } }]);
    server.behaviour.before = () => undefined;
    expect(await runInBatches(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
  });

  test("is not asked again if it is the batch, because the key may be another's, until it is given up", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await runInBatches(folder, server, 3, { wait: false });
    Object.assign(server.behaviour, { batchMs: 0, before: (route: string) => (route === "GET /batches/*" ? gone : undefined) });
    await expect(runInBatches(folder, server, 3)).rejects.toThrow(
      /No such object.*Is the key of the account.*sysgen batches --cancel --give-up gives the batch up/,
    );
    expect(server.batches).toEqual([3]);
    const asked = await askAboutBatches(join(folder.path, "run"), { cancel: true, env: {} });
    expect(asked.open).toMatchObject([{ record: { step: "created" }, problem: expect.stringContaining("--give-up gives the batch up") }]);
    const { open } = await askAboutBatches(join(folder.path, "run"), { cancel: true, giveUp: true, env: {} });
    expect(open).toMatchObject([{ record: { step: "ended", state: "lost" }, live: undefined, problem: undefined }]);
    server.behaviour.before = () => undefined;
    expect(await runInBatches(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect(server.batches).toEqual([3, 3, 3, 3]);
  });
});

test.each([
  { status: 413, body: "<html>Request Entity Too Large</html>" },
  { status: 400, body: '{"error":{"message":"The file size exceeds the maximum of 100 MB"}}' },
])("a file that is too large goes up in halves, also in later commands ($status)", async (refusal) => {
  await using folder = await temporaryFolder();
  const answers = [refusal];
  await using server = await startBatchServer({ before: (route) => (route === "POST /files" ? answers.shift() : undefined) });
  const summary = await runInBatches(folder, server, 4);
  expect(summary).toMatchObject({ state: "finished", rows: { done: 4 } });
  expect([Math.max(...server.batches), server.answered.batch, server.paidTwice()]).toEqual([2, 12, 0]);
  expect(summary.notices).toMatch(
    /Batch 1 of 4 calls and \d+ bytes is too large for the server .*in batches of at most 2 calls and \d+ bytes/,
  );
  await runInBatches(folder, server, 8);
  expect([Math.max(...server.batches), server.answered.batch]).toEqual([2, 24]);
});

describe("a batch at a server", () => {
  test("that is not the first any more is waited for", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await using other = await startBatchServer();
    await runInBatches(folder, server, 3, { wait: false });
    server.behaviour.batchMs = 0;
    expect((await runInBatches(folder, other, 3, { baseUrl: [other.url, server.url] })).rows.done).toBe(3);
    expect([server.answered.batch, other.answered.batch]).toEqual([3, 6]);
  });

  test("that is not named any more can be ended, and what it has done is kept", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000, expireAfter: 2 });
    await using other = await startBatchServer();
    await runInBatches(folder, server, 3, { wait: false });
    await expect(runInBatches(folder, other, 3)).rejects.toThrow("end it with sysgen batches --cancel, and what it has done is kept");
    const { open } = await askAboutBatches(join(folder.path, "run"), { cancel: true, env: {} });
    expect(open).toMatchObject([{ record: { step: "ended", completed: 2 }, live: { state: "cancelled", done: 2 } }]);
    expect((await runInBatches(folder, other, 3)).rows.done).toBe(3);
    expect([server.answered.batch, other.answered.batch]).toEqual([2, 7]);
  });
});

describe("batches --cancel", () => {
  test("finds a batch that was begun without an answer", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({
      batchMs: 600_000,
      before: (route) =>
        route === "POST /batches" ? "lose" : server.batches.length > 0 ? { status: 401, body: '{"error":{"message":"no"}}' } : undefined,
    });
    await expect(runInBatches(folder, server, 3)).rejects.toThrow("answered 401");
    server.behaviour.before = () => undefined;
    const { open } = await askAboutBatches(join(folder.path, "run"), { cancel: true, env: {} });
    expect(open).toMatchObject([{ record: { step: "ended", state: "cancelled" }, live: { state: "cancelled" } }]);
    expect(server.routes).toContain("POST /batches/*/cancel");
  });

  test("works beside the process that waits, which takes what was done", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000, expireAfter: 2 });
    const running = runInBatches(folder, server, 3);
    await vi.waitFor(() => expect(server.routes).toContain("GET /batches/*"), 20_000);
    const { open } = await askAboutBatches(join(folder.path, "run"), { cancel: true, env: {} });
    expect(open).toMatchObject([{ record: { step: "created" }, live: { state: "cancelled", done: 2 } }]);
    Object.assign(server.behaviour, { batchMs: 0, expireAfter: 0 });
    expect(await running).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect([server.answered.batch, server.paidTwice()]).toEqual([9, 0]);
  });

  test("leaves no file that would be sent", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ before: (route) => (route === "POST /files" ? { status: 401, body: "{}" } : undefined) });
    await expect(runInBatches(folder, server, 3)).rejects.toThrow("answered 401");
    const { open } = await askAboutBatches(join(folder.path, "run"), { cancel: true, env: {} });
    expect(open).toMatchObject([{ record: { step: "ended", state: "withdrawn" } }]);
    server.behaviour.before = () => undefined;
    expect((await runInBatches(folder, server, 3)).rows.done).toBe(3);
    expect([server.batches, server.paidTwice()]).toEqual([[3, 3, 3], 0]);
  });

  test("is waited for by a command that goes on online", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000, cancelMs: 300, expireAfter: 4 });
    await runInBatches(folder, server, 6, { wait: false });
    const { open } = await askAboutBatches(join(folder.path, "run"), { cancel: true, env: {} });
    expect(open).toMatchObject([{ record: { step: "created" }, live: { state: "cancelling" } }]);
    const summary = await runInBatches(folder, server, 6, { batch: false });
    expect(summary).toMatchObject({ state: "finished", rows: { done: 6 } });
    expect(summary.notices).toContain("Batch 1 is being cancelled. What it has done is taken first");
    expect([server.answered, server.paidTwice()]).toEqual([{ online: 14, batch: 4 }, 0]);
  });
});
