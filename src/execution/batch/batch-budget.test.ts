import { describe, expect, test } from "vitest";
import { runInBatches as run } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";

const paid = ({ answered }: { readonly answered: { readonly online: number; readonly batch: number } }): number =>
  answered.online + answered.batch;

describe("a budget beside batches", () => {
  test.each([25, 28])("of %d calls is used up by calls online and in batches together, and a larger one goes on", async (maxCalls) => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    const settings = { batch: "generate,respond" };
    const summary = await run(folder, server, 10, { ...settings, maxCalls });
    expect(summary).toMatchObject({
      state: "stopped",
      stoppedBy: `The budget is spent (--max-calls ${maxCalls}: ${maxCalls} calls are paid).`,
    });
    expect(paid(server)).toBe(maxCalls);
    expect(await run(folder, server, 10, { ...settings, maxCalls: 30 })).toMatchObject({ state: "finished", rows: { done: 10 } });
    expect([paid(server), server.paidTwice()]).toEqual([30, 0]);
  });

  test("in tokens lets on what does not fit at first, as replies leave much of what was reserved", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    const summary = await run(folder, server, 10, { batch: "generate,respond", maxTokens: 20_000 });
    expect(summary).toMatchObject({ state: "finished", rows: { done: 10 } });
    expect(Math.max(...server.batches)).toBeLessThan(10);
    expect([paid(server), server.paidTwice()]).toEqual([30, 0]);
  });

  test("of a command without batches ends it with what is reserved for those that are open", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await run(folder, server, 10, { wait: false, maxCalls: 30 });
    const summary = await run(folder, server, 10, { batch: false, maxCalls: 30 });
    expect(summary.stoppedBy).toBe(
      "The budget is spent (--max-calls 30: 20 calls are paid, 10 more are reserved for batches that are not taken).",
    );
    expect([summary.state, summary.waiting, paid(server)]).toEqual(["stopped", undefined, 20]);
  });

  test("is spent where the rest is reserved for replies that no row asks for", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await run(folder, server, 10, { wait: false });
    server.behaviour.batchMs = 0;
    for (const batch of [true, false]) {
      const { stoppedBy } = await run(folder, server, 10, { limit: 2, maxCalls: 11, batch });
      expect(stoppedBy).toBe("The budget is spent (--max-calls 11: 3 calls are paid, 8 more are reserved for batches that are not taken).");
    }
  });

  test("lets rows wait for open batches where the command does not", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    const settings = { wait: false, maxCalls: 6 };
    expect(await run(folder, server, 10, settings)).toMatchObject({ stoppedBy: "1 batch with 6 calls is open. The same command goes on." });
    expect(await run(folder, server, 10, settings)).toMatchObject({ state: "stopped", waiting: 10 });
    expect(server.batches).toEqual([6]);
  });
});
