import { join } from "node:path";
import { expect, test } from "vitest";
import { runInBatches as run } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { wellBehaved } from "../../../test/fixtures/model-server.ts";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import { renderBatches } from "../../cli/batches-text.ts";
import type { BatchStatus } from "../../runs/batches/batch-status.ts";
import { beginLate } from "../../runs/batches/late-calls.ts";
import { openRun } from "../../runs/open-run.ts";
import { readRunStatus } from "../../runs/status.ts";

// A call of 20 and 5 tokens costs 2.5 cents, and half of it in a batch.
const prices = { m: { input: 1000, output: 1000, batch: { input: 500, output: 500 } } };

async function statusOf(folder: Folder): Promise<BatchStatus | undefined> {
  return (await readRunStatus(join(folder.path, "run"))).batches;
}

test("status tells calls that were made online because few were left, also where no batch ever was", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer();
  expect(await run(folder, server, 4, { batchLeast: 200, prices })).toMatchObject({ state: "finished" });
  const found = await statusOf(folder);
  expect(found).toMatchObject({ open: [], taken: 0, waves: 0, late: { calls: 12, dollarsMore: 0.15 } });
  expect(renderBatches(found)).toContain("12 calls made online, because few were left (--batch-least), which cost $0.15 more than a batch");
});

test("they are counted through a spent budget and a stop, and calls of a command without batches are not among them", async () => {
  await using folder = await temporaryFolder();
  const user = new AbortController();
  await using server = await startBatchServer();
  await run(folder, server, 12, { batchLeast: 12, maxCalls: 12, prices });
  await run(folder, server, 12, { batchLeast: 13, maxCalls: 20, prices });
  expect((await statusOf(folder))?.late?.calls).toBe(8);
  server.behaviour.serve = (call) => {
    if (server.answered.online === 12) user.abort();
    return wellBehaved(call);
  };
  await run(folder, server, 12, { batchLeast: 13, concurrency: 1, prices }, user.signal);
  const late = server.answered.online;
  expect(late).toBeLessThan(24);
  expect((await statusOf(folder))?.late?.calls).toBe(late);
  await run(folder, server, 12, { batch: false, prices });
  expect(server.answered.online).toBe(24);
  expect((await statusOf(folder))?.late?.calls).toBe(late);
});

test("a process that was killed while it made them has told where their count began", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer();
  const settings = { batch: false, prices };
  await run(folder, server, 2, { ...settings, maxCalls: 3 });
  {
    await using killed = await openRun(join(folder.path, "run"), "add-calls");
    await beginLate(killed.store, "all");
    const reply = { text: "", finishReason: "stop" as const, usage: { inputTokens: 20, outputTokens: 5 } };
    await killed.store.journal.put("a", { phase: "generate", model: "m", reply });
    await killed.store.settled();
  }
  expect((await statusOf(folder))?.late).toMatchObject({ calls: 1, dollarsMore: 0.0125 });
  await run(folder, server, 2, settings);
  expect((await statusOf(folder))?.late?.calls).toBe(1);
});
