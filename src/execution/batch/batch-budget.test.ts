import { describe, expect, test } from "vitest";
import { runInBatches as run } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { wellBehaved, type Served, type ServedCall } from "../../../test/fixtures/model-server.ts";
import { questions, temporaryFolder } from "../../../test/fixtures/sysgen.ts";

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

  test.each([true, false])(
    "in tokens lets on what does not fit at first, as replies leave much of what was reserved (usage told: %s)",
    async (tells) => {
      await using folder = await temporaryFolder();
      await using server = await startBatchServer({
        output: (lines) => (tells ? lines : lines.map((line) => line.replace(/"usage":\{[^}]*\}/, '"usage":null'))),
      });
      const summary = await run(folder, server, 10, { batch: "generate,respond", maxTokens: 20_000 });
      expect(summary).toMatchObject({ state: "finished", rows: { done: 10 } });
      expect(Math.max(...server.batches)).toBeLessThan(10);
      expect([paid(server), server.paidTwice()]).toEqual([30, 0]);
    },
  );

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

  test("counts a line that failed once, however many rows have its conversation", async () => {
    await using folder = await temporaryFolder();
    const failed = new Set<number>();
    const serve = (call: ServedCall): Served => {
      if (failed.size > 0 || !JSON.stringify(call.body.messages).includes("fact A")) return wellBehaved(call);
      failed.add(call.index);
      return { status: 500 };
    };
    await using server = await startBatchServer({ serve });
    const same = Array.from({ length: 10 }, () => ({ question: "What is fact A?", answer: "Known." }));
    const input = await folder.jsonl("same.jsonl", [...same, ...questions(9)]);
    const summary = await run(folder, server, 0, { input, maxCalls: 12 });
    expect(summary.stoppedBy).toBe("The budget is spent (--max-calls 12: 12 calls are paid).");
    expect([server.batches[0], paid(server)]).toEqual([10, 12]);
  });

  test("takes back at once what was reserved for calls that a batch did not come to", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ expireAfter: 30 });
    const summary = await run(folder, server, 50, { maxCalls: 60 });
    expect(summary.stoppedBy).toBe("The budget is spent (--max-calls 60: 60 calls are paid).");
    expect(server.batches).toEqual([50, 30]);
  });

  test("lets go of what errors had reserved, also of a batch that is kept for unread replies", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await run(folder, server, 10, { wait: false });
    Object.assign(server.behaviour, { batchMs: 0, expireAfter: 5 });
    // 5 replies come, and all but one of them are of rows behind the limit.
    const summary = await run(folder, server, 10, { limit: 1, maxCalls: 7, wait: true });
    expect(summary).toMatchObject({ state: "finished", rows: { done: 1 } });
  });

  test("is spent where the rest was paid for replies that no row asks for", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await run(folder, server, 10, { wait: false });
    server.behaviour.batchMs = 0;
    for (const batch of [true, false]) {
      const { stoppedBy } = await run(folder, server, 10, { limit: 2, maxCalls: 11, batch });
      expect(stoppedBy).toBe("The budget is spent (--max-calls 11: 11 calls are paid).");
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
