import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { runInBatches as run } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import { askAboutBatches } from "./ask-about-batches.ts";

// Delays of seconds and minutes are a hundred times as short here.
vi.mock("node:timers/promises", async (original) => {
  const timers = await original<typeof import("node:timers/promises")>();
  return { ...timers, setTimeout: (ms: number, ...more: [unknown, object]) => timers.setTimeout(ms / 100, ...more) };
});

const ask = (folder: Folder, cancel: boolean, baseUrls?: string[]) =>
  askAboutBatches(join(folder.path, "run"), { cancel, baseUrls, env: {} });
const isCancel = (route: string): boolean => route.endsWith("/cancel");

test("a batch whose server wants a query is not given up for a 404, and is cancelled with the whole base URL", async () => {
  await using folder = await temporaryFolder();
  const lost = { status: 404, body: '{"error":{"code":"404","message":"Resource not found"}}' };
  await using server = await startBatchServer({
    batchMs: 600_000,
    expireAfter: 2,
    before: (_, query) => (query.get("api-version") === "preview" ? undefined : lost),
  });
  const url = `${server.url}?api-version=preview`;
  await run(folder, server, 3, { baseUrl: [url], wait: false });
  for (const cancel of [false, true])
    expect((await ask(folder, cancel)).open).toMatchObject([
      {
        record: { step: "created" },
        live: undefined,
        problem: expect.stringMatching(/Resource not found.*a query \(--header, --base-url\)/),
      },
    ]);
  expect(server.routes.filter(isCancel)).toEqual([]);
  await expect(ask(folder, true, ["http://127.0.0.1:1/v1"])).rejects.toThrow(
    "--base-url: expected the server of an open batch, found 127.0.0.1:1/v1",
  );
  expect((await ask(folder, true, [url])).open).toMatchObject([{ record: { step: "ended", state: "cancelled", completed: 2 } }]);
  server.behaviour.expireAfter = 0;
  server.behaviour.batchMs = 0;
  expect(await run(folder, server, 3, { baseUrl: [url] })).toMatchObject({ state: "finished", rows: { done: 3 } });
  expect(server.paidTwice()).toBe(0);
});

describe("batches --cancel of a batch that is about to end", () => {
  test("does not cancel it again", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000, cancelMs: 600_000 });
    await run(folder, server, 3, { wait: false });
    for (const _ of [1, 2]) expect((await ask(folder, true)).open).toMatchObject([{ live: { state: "cancelling" }, problem: undefined }]);
    expect(server.routes.filter(isCancel)).toHaveLength(1);
  });

  test("takes the server's no as its answer", async () => {
    await using folder = await temporaryFolder();
    const no = { status: 409, body: '{"error":{"message":"Cannot cancel a batch with status finalizing"}}' };
    await using server = await startBatchServer({ batchMs: 600_000, before: (route) => (isCancel(route) ? no : undefined) });
    await run(folder, server, 3, { wait: false });
    expect((await ask(folder, true)).open).toMatchObject([
      { record: { step: "created" }, live: { state: "in_progress" }, problem: undefined },
    ]);
    expect(server.routes.filter(isCancel)).toHaveLength(1);
  });
});
