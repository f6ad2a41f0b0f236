import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { questions, temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { resolveConfig } from "../../config/run-config.ts";
import { resolveJudgeConfig } from "../../evaluation/judge/config.ts";
import { judgeRun } from "../../evaluation/judge/judge-run.ts";
import { runPipeline } from "../../pipeline/run-pipeline.ts";
import { readRunStatus } from "../../runs/status.ts";
import { askAboutBatches } from "./ask-about-batches.ts";

test("a judge asks in one wave, both orders and all phrases together, and finds what it finds online", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer({ batchMs: 600_000 });
  const input = await folder.jsonl("rows.jsonl", questions(20));
  const out = join(folder.path, "run");
  await runPipeline(resolveConfig({ input, out, model: "m", baseUrl: [server.url], preset: "paper" }), { env: {} });
  const judging = { judgeModel: "j", judgeBaseUrl: [server.url], constrain: "none" as const };
  const online = server.answered.online;
  const stopped = await judgeRun(resolveJudgeConfig(out, { ...judging, batch: true, batchLeast: 0, wait: false }), { env: {} });
  expect(stopped).toMatchObject({ state: "stopped", waiting: 20 });
  server.behaviour.batchMs = 0;
  const summary = await judgeRun(resolveJudgeConfig(out, { ...judging, batch: true, batchLeast: 0 }), { env: {} });
  expect(summary.state).toBe("finished");
  expect(server.batches).toHaveLength(1);
  expect([server.answered.online, server.paidTwice()]).toEqual([online, 0]);
  const found = await readFile(join(out, "judge-rows.jsonl"), "utf8");
  const calls = server.answered.batch;
  await judgeRun(resolveJudgeConfig(out, judging), { env: {} });
  expect(await readFile(join(out, "judge-rows.jsonl"), "utf8")).toBe(found);
  expect(server.answered).toEqual({ online, batch: calls });
});

test("open batches are told by status, asked about and cancelled, and what was done is kept", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer({ batchMs: 600_000 });
  const input = await folder.jsonl("rows.jsonl", questions(10));
  const out = join(folder.path, "run");
  const prices = { m: { input: 2, output: 4, batch: { input: 1, output: 2 } } };
  const settings = { input, out, model: "m", baseUrl: [server.url], preset: "paper" as const, batch: true, batchLeast: 0, prices };
  await runPipeline(resolveConfig({ ...settings, wait: false }), { env: {} });
  expect((await readRunStatus(out)).batches).toMatchObject({ open: [{ batch: 1, step: "created", requests: 10 }], taken: 0, waves: 1 });
  const { open } = await askAboutBatches(out, { cancel: false, env: {} });
  expect(open).toMatchObject([{ live: { state: "in_progress", done: 0 }, problem: undefined }]);
  server.behaviour.expireAfter = 4;
  expect((await askAboutBatches(out, { cancel: true, env: {} })).open).toMatchObject([{ live: { state: "cancelled", done: 4 } }]);
  server.behaviour.expireAfter = 0;
  server.behaviour.batchMs = 0;
  const summary = await runPipeline(resolveConfig(settings), { env: {} });
  expect(summary).toMatchObject({ state: "finished", rows: { done: 10 } });
  expect([server.paidTwice(), server.answered.batch]).toEqual([0, 30]);
  // 30 calls of 20 and 5 tokens at the price of a batch.
  expect(summary.money?.spent).toBeCloseTo((30 * (20 * 1 + 5 * 2)) / 1e6, 12);
  expect((await readRunStatus(out)).batches).toMatchObject({ open: [], taken: 4 });
});
