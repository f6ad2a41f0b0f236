import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runInBatches as run } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer, type BatchServer } from "../../../test/fixtures/batch-server.ts";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import { resolveConfig } from "../../config/run-config.ts";
import { openBudget } from "../../models/spending/open-budget.ts";
import { previewPipeline } from "../../pipeline/preview.ts";
import { WaveFile } from "../../runs/batches/wave-file.ts";
import { readRunStatus } from "../../runs/status.ts";
import { OpenBatch } from "./open-batch.ts";

const paid = (...servers: readonly BatchServer[]): number =>
  servers.reduce((total, { answered }) => total + answered.online + answered.batch, 0);

/** Replies that hold no choice that is whole, in the first batch. */
function noReplies(most: number): (lines: string[]) => string[] {
  let isFirst = true;
  return (lines) => {
    if (!isFirst) return lines;
    isFirst = false;
    return lines.map((text, index) => {
      if (index >= most) return text;
      const line = JSON.parse(text) as { response: { body: { choices: { finish_reason: string }[] } } };
      for (const choice of line.response.body.choices) choice.finish_reason = "error";
      return JSON.stringify(line);
    });
  };
}

async function preview(folder: Folder, server: BatchServer, more: object): Promise<{ readonly rows: number; readonly notices: string }> {
  const notices: string[] = [];
  const config = resolveConfig({
    input: join(folder.path, "rows.jsonl"),
    out: join(folder.path, "run"),
    model: "m",
    baseUrl: [server.url],
    preset: "paper",
    limit: 3,
    ...more,
  });
  const rows = await previewPipeline(config, {
    env: { OPENAI_API_KEY: "key-of-the-tests" },
    observer: { onNotice: (text) => notices.push(text) },
  });
  return { rows: rows.length, notices: notices.join("\n") };
}

describe("a budget counts what a provider bills", () => {
  test("for lines that are no reply, also in later commands", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ output: noReplies(5) });
    for (let command = 0; command < 2; command++) {
      const summary = await run(folder, server, 10, { maxCalls: 12 });
      expect(summary.stoppedBy).toBe("The budget is spent (--max-calls 12: 12 calls are paid).");
      expect(paid(server)).toBe(12);
    }
    const prices = { m: { input: 2, output: 4, batch: { input: 1, output: 2 } } };
    expect(await run(folder, server, 10, { maxCalls: 35, prices })).toMatchObject({ state: "finished", rows: { done: 10 } });
    expect(paid(server)).toBe(35);
    // Calls of 20 and 5 tokens, of which 30 are in the journal.
    const { money } = await readRunStatus(join(folder.path, "run"));
    expect(money?.spent).toBeCloseTo((35 * (20 * 1 + 5 * 2)) / 1e6, 12);
  });

  test.each([
    [{ failed: 0 }, 10],
    [{ failed: 3 }, 7],
    [{ failed: 0, done: 6 }, 6],
    [{ failed: 3, done: 9 }, 7],
  ])("for replies that the server has no more, as far as it says how many (%j)", async (end, billed) => {
    await using folder = await temporaryFolder();
    const budget = await openBudget({ limits: { maxCalls: 12 }, models: [], prices: {}, onNotice: () => {} });
    const files = { requests: join(folder.path, "in.jsonl"), replies: join(folder.path, "out.jsonl") };
    const file = new WaveFile(files.requests);
    const reserved = { calls: 10, tokens: 1000, cost: 0 };
    const begun = { batch: 1, wave: 1, session: "run" as const, model: "m", server: "s", spoken: "{}", at: "", reserved };
    const totals = { ...file.close(), requests: 10 };
    const open = new OpenBatch({ ...begun, ...totals, step: "ended", state: "lost", completed: 0, ...end }, files, { budget });
    open.takeShare();
    open.close();
    expect(open.billed).toEqual({ calls: billed, inputTokens: 0, outputTokens: 100 * billed });
    expect(budget?.budget.left.calls).toBe(12 - billed);
  });

  test("for calls whose lines an output lacks", async () => {
    await using folder = await temporaryFolder();
    let isFirst = true;
    const output = (lines: string[]): string[] => {
      const kept = isFirst ? lines.slice(4) : lines;
      isFirst = false;
      return kept;
    };
    await using server = await startBatchServer({ output });
    const summary = await run(folder, server, 10, { maxCalls: 12 });
    expect(summary.notices).toContain("The other 4 go into the next wave. 4 of them are done at the server, and count as paid.");
    expect([summary.stoppedBy, paid(server)]).toEqual(["The budget is spent (--max-calls 12: 12 calls are paid).", 12]);
  });
});

describe("a budget beside open batches", () => {
  test("holds at a server that the command does not name", async () => {
    await using folder = await temporaryFolder();
    await using away = await startBatchServer({ batchMs: 600_000 });
    await using server = await startBatchServer();
    await run(folder, away, 10, { wait: false, maxCalls: 30 });
    const beside = await run(folder, server, 10, { batch: false, maxCalls: 30 });
    expect(beside.stoppedBy).toBe(
      "The budget is spent (--max-calls 30: 20 calls are paid, 10 more are reserved for batches that are not taken).",
    );
    expect(beside.notices).toContain("is not among the models of this command");
    away.behaviour.batchMs = 0;
    const back = await run(folder, away, 10, { maxCalls: 30 });
    expect(back.notices).toContain(
      "Batch 1 brought 10 replies to calls that were paid online meanwhile. They are paid twice, and count twice.",
    );
    expect([back.state, paid(away, server)]).toEqual(["stopped", 30]);
  });

  test("counts twice what was paid twice knowingly", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    const settings = { batch: false, maxCalls: 40, force: true };
    await run(folder, server, 10, { wait: false, maxCalls: 40 });
    expect(await run(folder, server, 10, settings)).toMatchObject({ state: "finished" });
    server.behaviour.batchMs = 0;
    for (let command = 0; command < 2; command++) expect((await run(folder, server, 13, settings)).state).toBe("stopped");
    expect([paid(server), server.paidTwice()]).toEqual([40, 10]);
  });

  test("says once that replies were paid twice, and nothing of calls that the rows do not make", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await run(folder, server, 3, { wait: false });
    await run(folder, server, 3, { batch: false });
    server.behaviour.batchMs = 0;
    const { notices } = await run(folder, server, 3);
    expect(notices).toBe("Batch 1 brought 3 replies to calls that were paid online meanwhile. They are paid twice, and count twice.");
    expect((await run(folder, server, 3)).notices).toBe("");
    expect((await readRunStatus(join(folder.path, "run"))).batches).toMatchObject({ open: [], taken: 1 });
  });

  test("holds for a preview, which says that batches are open and leaves them as they are", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await run(folder, server, 10, { wait: false, maxCalls: 12 });
    const seen = await preview(folder, server, { maxCalls: 12 });
    expect(seen.notices).toContain("1 batch with 10 calls is open.");
    expect(seen.notices).toContain("2 calls are paid, 10 more are reserved for batches that are not taken");
    expect(server.answered).toEqual({ online: 2, batch: 0 });
    server.behaviour.batchMs = 0;
    expect((await run(folder, server, 10, { maxCalls: 12 })).stoppedBy).toBe("The budget is spent (--max-calls 12: 12 calls are paid).");
    expect(paid(server)).toBe(12);
  });

  test("holds in dollars where the command that began them had no such budget", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    const prices = { m: { input: 1000, output: 2000, batch: { input: 500, output: 1000 } } };
    await run(folder, server, 10, { wait: false, prices });
    const beside = await run(folder, server, 10, { batch: false, prices, maxCost: 10 });
    expect(beside.stoppedBy).toMatch(/--max-cost 10: \$0\.0000 are spent, \$\d+\.\d+ more are reserved for batches/);
    expect(paid(server)).toBe(0);
  });

  test.each(["POST /files", "POST /batches"])("is that of the command which sends, also where a larger one came to %s", async (last) => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ before: (route) => (route === last ? { status: 401, body: "{}" } : undefined) });
    await expect(run(folder, server, 10, { maxCalls: 30 })).rejects.toThrow("answered 401");
    server.behaviour.before = () => undefined;
    const summary = await run(folder, server, 10, { maxCalls: 4 });
    expect(summary.stoppedBy).toBe("The budget is spent (--max-calls 4: 4 calls are paid).");
    expect([server.batches, paid(server)]).toEqual([[4], 4]);
  });

  test("a preview does not give up files that no program has answered yet", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    await run(folder, server, 5, { constrain: "none", batch: "file" });
    await preview(folder, server, { constrain: "none" });
    const { batches } = await readRunStatus(join(folder.path, "run"));
    expect(batches?.open).toMatchObject([{ batch: 1, step: "wave" }]);
  });
});
