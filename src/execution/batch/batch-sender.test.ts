import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { runInBatches as run } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer, type BatchBehaviour } from "../../../test/fixtures/batch-server.ts";
import { clockOfTest } from "../../../test/fixtures/clock-of-test.ts";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import { askAboutBatches } from "./ask-about-batches.ts";

// Delays of seconds and minutes are a hundred times as short here.
vi.mock("node:timers/promises", async (original) => {
  const timers = await original<typeof import("node:timers/promises")>();
  return { ...timers, setTimeout: (ms: number, ...more: [unknown, object]) => timers.setTimeout(ms / 100, ...more) };
});

const cancel = (folder: Folder, more: { giveUp?: boolean; onNotice?: (text: string) => void } = {}) =>
  askAboutBatches(join(folder.path, "run"), { cancel: true, env: {}, ...more });
const emptyList = { status: 200, body: '{"object":"list","data":[],"has_more":false}' };

describe("an uploaded file that the server still reads, as at Azure", () => {
  test.each([400, 50])("begins no batch until it is read (after %s ms)", async (readMs) => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ fileState: (ageMs) => (ageMs < readMs ? "pending" : "processed") });
    const summary = await run(folder, server, 3);
    expect(summary).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect([server.batches, server.routes.filter((route) => route === "POST /batches").length]).toEqual([[3, 3, 3], 3]);
  });

  test("is asked about again by each command without waiting, and a notice says so", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ fileState: () => "pending" });
    for (const _ of [1, 2]) {
      const summary = await run(folder, server, 3, { wait: false });
      expect(summary).toMatchObject({ state: "stopped", waiting: 3 });
      expect(summary.notices).toBe("Batch 1: its server still reads the uploaded file, and is asked again until it has.");
    }
    expect([server.batches, server.routes.filter((route) => route === "POST /files")]).toEqual([[], ["POST /files"]]);
    server.behaviour.fileState = () => "processed";
    expect(await run(folder, server, 3)).toMatchObject({ state: "finished" });
  });

  test("is waited for at a server that says so only when a batch begins", async () => {
    await using folder = await temporaryFolder();
    const beganMs = Date.now();
    await using server = await startBatchServer({
      fileState: () => (Date.now() - beganMs < 600 ? "pending" : "processed"),
      before: (route) => (route === "GET /files/*" ? { status: 404, body: "{}" } : undefined),
    });
    expect(await run(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect([server.batches, server.paidTwice()]).toEqual([[3, 3, 3], 0]);
  });

  test("stops the run when the server cannot read it, and its calls go up anew", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ fileState: () => "error" });
    await expect(run(folder, server, 3)).rejects.toThrow("cannot read the uploaded file: line 1 is no JSON");
    server.behaviour.fileState = () => "processed";
    expect(await run(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
  });
});

describe("a batch that may have begun, and that the server does not list yet", () => {
  async function begunInDoubt(folder: Folder, more: Partial<BatchBehaviour> = {}) {
    let lost = 0;
    const listing = { asked: 0, from: Infinity };
    const server = await startBatchServer({
      batchMs: 600_000,
      ...more,
      before: (route) => {
        if (route === "GET /batches") return ++listing.asked < listing.from ? emptyList : undefined;
        return route === "POST /batches" && lost++ === 0 ? "lose" : undefined;
      },
    });
    expect(await run(folder, server, 3, { wait: false })).toMatchObject({ state: "stopped", waiting: 3 });
    return { server, listing };
  }

  test("is not begun again by a command that is started at once", async () => {
    await using folder = await temporaryFolder();
    const { server, listing } = await begunInDoubt(folder);
    await using _ = server;
    expect(await run(folder, server, 3, { wait: false })).toMatchObject({ state: "stopped", waiting: 3 });
    expect(server.batches).toEqual([3]);
    listing.from = 0;
    server.behaviour.batchMs = 0;
    expect(await run(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect([server.batches, server.paidTwice()]).toEqual([[3, 3, 3], 0]);
  });

  test("is looked up by a command that goes on online before its calls are paid again", async () => {
    await using folder = await temporaryFolder();
    const { server, listing } = await begunInDoubt(folder);
    await using _ = server;
    Object.assign(listing, { asked: 0, from: 5 });
    server.behaviour.batchMs = 0;
    const summary = await run(folder, server, 3, { batch: false });
    expect(summary).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect(summary.notices.match(/Batch 1 may have begun, .* looked up for a minute/g)).toHaveLength(1);
    expect([server.answered, server.paidTwice()]).toEqual([{ online: 6, batch: 3 }, 0]);
  });

  test("is not begun again when the clock was set back", async () => {
    await using folder = await temporaryFolder();
    const { server } = await begunInDoubt(folder);
    await using _ = server;
    using clock = clockOfTest();
    clock.forward(-3_600_000);
    expect(await run(folder, server, 3, { wait: false })).toMatchObject({ state: "stopped", waiting: 3 });
    expect(server.batches).toEqual([3]);
  });

  test("is looked up by batches --cancel, and given up once it is sure that there is none", async () => {
    await using folder = await temporaryFolder();
    using clock = clockOfTest();
    const { server, listing } = await begunInDoubt(folder);
    await using _ = server;
    Object.assign(listing, { asked: 0, from: 5 });
    const notices: string[] = [];
    const { open } = await cancel(folder, { onNotice: (text) => notices.push(text) });
    expect(open).toMatchObject([{ record: { step: "ended", state: "cancelled" } }]);
    expect(notices.join()).toContain("may have begun");
    await run(folder, server, 3, { wait: false });
    server.behaviour.before = (route) => {
      if (route === "GET /batches" && ++listing.asked > 20) clock.forward(61_000);
      return route === "POST /batches" ? { status: 503, body: "{}" } : undefined;
    };
    await cancel(folder);
    await run(folder, server, 3, { wait: false });
    Object.assign(listing, { asked: 0 });
    expect((await cancel(folder)).open).toMatchObject([{ record: { step: "ended", state: "withdrawn" } }]);
    expect(listing.asked).toBeGreaterThan(20);
  });
});

describe("a batch that is completed", () => {
  test("and whose files come a moment later is looked at again", async () => {
    await using folder = await temporaryFolder();
    let looks = 0;
    await using server = await startBatchServer({
      before: (route) => (route === "GET /batches/*" && looks++ < 4 ? { status: 200, body: '{"id":"b","status":"completed"}' } : undefined),
    });
    const summary = await run(folder, server, 3);
    expect(summary).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect(summary.notices.match(/is completed, and its server shows no file of replies/g)).toHaveLength(1);
    expect(server.paidTwice()).toBe(0);
  });

  test("and whose files come a moment later is waited for by a command that goes on online", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await run(folder, server, 3, { wait: false });
    let looks = 0;
    Object.assign(server.behaviour, {
      batchMs: 0,
      before: (route: string) =>
        route === "GET /batches/*" && looks++ < 4 ? { status: 200, body: '{"id":"b","status":"completed"}' } : undefined,
    });
    expect(await run(folder, server, 3, { batch: false })).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect([server.answered, server.paidTwice()]).toEqual([{ online: 6, batch: 3 }, 0]);
  });

  test("for longer than the server says ends a command that does not wait", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await run(folder, server, 3, { wait: false });
    const completedAt = (agoMs: number): void => {
      const body = JSON.stringify({ id: "b", status: "completed", completed_at: Math.floor((Date.now() - agoMs) / 1_000) });
      server.behaviour.before = (route) => (route === "GET /batches/*" ? { status: 200, body } : undefined);
    };
    completedAt(10_000);
    expect(await run(folder, server, 3, { wait: false })).toMatchObject({ state: "stopped", waiting: 3 });
    completedAt(400_000);
    await expect(run(folder, server, 3, { wait: false })).rejects.toThrow(/shows no file of replies/);
  });

  test("and never has files ends the command, until it is given up", async () => {
    await using folder = await temporaryFolder();
    using clock = clockOfTest();
    await using server = await startBatchServer({
      before: (route) => {
        if (route !== "GET /batches/*") return undefined;
        clock.forward(100_000);
        return { status: 200, body: '{"id":"b","status":"completed"}' };
      },
    });
    await expect(run(folder, server, 3)).rejects.toThrow(/shows no file of replies\. The same command looks again\. .*--cancel --give-up/);
    expect((await cancel(folder)).open).toMatchObject([
      { record: { step: "created" }, problem: expect.stringMatching(/may come in some minutes.*--give-up/) },
    ]);
    await cancel(folder, { giveUp: true });
    server.behaviour.before = () => undefined;
    expect(await run(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
  });

  test("and brings no line of its calls is given up by a second word alone, and its output is kept", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({
      output: (lines) => lines.map((line, index) => line.replace(/"custom_id":"[^"]+"/, `"custom_id":"task-${index}"`)),
    });
    const why = /no line of its output answers one of its calls.*0001\.out\.jsonl.*--cancel --give-up gives the batch up/;
    await expect(run(folder, server, 3)).rejects.toThrow(why);
    server.behaviour.output = (lines) => lines;
    await expect(run(folder, server, 3, { batch: false })).rejects.toThrow(why);
    expect((await cancel(folder)).open).toMatchObject([{ record: { step: "created" }, problem: expect.stringMatching(why) }]);
    expect((await cancel(folder, { giveUp: true })).open).toMatchObject([{ record: { step: "ended", state: "lost" }, problem: undefined }]);
    expect(await run(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect(existsSync(join(folder.path, "run", "batches", "0001.out.jsonl"))).toBe(true);
  });
});

test.each(["gzip", "br", "deflate"] as const)("answers that come in %s unasked are read", async (encoding) => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer({ encoding });
  expect(await run(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
});

test("output of which lines say nothing of their calls is kept, and their calls are asked again", async () => {
  await using folder = await temporaryFolder();
  let outputs = 0;
  await using server = await startBatchServer({
    output: (lines) => (outputs++ > 0 ? lines : lines.map((line, index) => (index > 0 ? line : line.replace('"body"', '"text"')))),
  });
  const summary = await run(folder, server, 3);
  expect(summary).toMatchObject({ state: "finished", rows: { done: 3 } });
  expect(summary.notices).toMatch(/Batch 1: 1 line of its output left out, .*0001\.out\.jsonl is kept/);
  expect(existsSync(join(folder.path, "run", "batches", "0001.out.jsonl"))).toBe(true);
});

describe("a server that lists no batches", () => {
  const noList = (route: string) => (route === "GET /batches" ? { status: 404, body: '{"detail":"Not Found"}' } : undefined);

  test("is taken for one of OpenAI's form", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ before: noList });
    expect(await run(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
    expect(server.batches).toEqual([3, 3, 3]);
  });

  test("is not asked twice for a batch that may have begun, until it is given up", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ before: (route) => noList(route) ?? (route === "POST /batches" ? "lose" : undefined) });
    const why = /GET .*\/v1\/batches answered 404: .*nobody knows whether batch 1 has begun.*--cancel --give-up/;
    await expect(run(folder, server, 3)).rejects.toThrow(why);
    await expect(run(folder, server, 3)).rejects.toThrow(why);
    expect((await cancel(folder)).open).toMatchObject([{ record: { step: "uploaded" }, problem: expect.stringMatching(why) }]);
    expect(server.batches).toEqual([3]);
    await cancel(folder, { giveUp: true });
    server.behaviour.before = noList;
    expect(await run(folder, server, 3)).toMatchObject({ state: "finished", rows: { done: 3 } });
  });
});
