import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startModelServer, type ModelServer } from "../../test/fixtures/model-server.ts";
import { env, small, Trial } from "../../test/fixtures/shard-trial.ts";
import { filesOf, paidIn, sameAgain, sayings } from "../../test/fixtures/sharded-run.ts";
import { readRun, temporaryFolder, type Folder } from "../../test/fixtures/sysgen.ts";
import type { Config } from "../config/config-schema.ts";
import { resolveConfig } from "../config/run-config.ts";
import { previewPipeline } from "../pipeline/preview.ts";
import { runFiles } from "../runs/run-files.ts";
import { mergeShards } from "./merge-shards.ts";
import { planPath, readPlan } from "./plan.ts";
import { readShardsStatus } from "./shards-status.ts";

/** Three calls a row. */
const plain: Config = { ...small, constrain: "none" };
/** The lines of the judge are drawn first. */
const drawing: Config = { constrain: "none", verify: { calibrationRows: 2 } };

async function trialOf(folder: Folder, server: ModelServer, more: Config = plain, rows = 8): Promise<Trial> {
  return new Trial(folder, server, await folder.jsonl("rows.jsonl", sayings(rows)), 2, more);
}

async function modelsIn(out: string): Promise<string[]> {
  return [...new Set((await readRun(out)).dataset.map(({ sysgen }) => `${sysgen.model} ${sysgen.judgeModel}`))];
}

async function edit(path: string, change: (value: Record<string, unknown>) => object): Promise<void> {
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, "utf8")))));
}

describe("shards of two configurations", () => {
  test("are not put together as one run, also where another version did", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = await trialOf(folder, server);
    await trial.plan({ model: "old" });
    const { rows } = await trial.shard(1);
    await trial.merge();
    const told: string[] = [];
    await trial.plan({ generate: { guidance: "Be brief." } }, told);
    expect(told).toEqual([expect.stringContaining('Shard 1/2 was made with another configuration (model: "old" there, "m" now;')]);
    await trial.shard(2);
    await expect(trial.merge()).rejects.toThrow(/made with another configuration than its plan has \(model: "old" there, "m" now;/);
    // As a merge of another version left it.
    const shard = JSON.parse(await readFile(runFiles(join(trial.out, "shards", "2")).manifest, "utf8"));
    await edit(runFiles(trial.out).manifest, (run) => {
      const { shard: _shard, ...identity } = shard.identity;
      return { ...run, identity };
    });
    const notices: string[] = [];
    expect(await trial.merge(false, notices)).toMatchObject({ state: "stopped", waiting: rows.in, unfinished: [] });
    expect(notices).toEqual([expect.stringContaining('Shard 1/2 was made with another configuration (model: "old" there, "m" now;')]);
    expect(await modelsIn(trial.out)).toEqual(["m m"]);
    // Nobody but the whole can pay for the rest by now.
    await expect(trial.shard(1)).rejects.toThrow("made with another configuration");
    expect(await trial.merge(true)).toMatchObject({ state: "finished", rows: { done: 8 } });
    expect(await modelsIn(trial.out)).toEqual(["m m"]);
  });

  test("have no line of another judge in common", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = await trialOf(folder, server, drawing, 6);
    await trial.plan({ judgeModel: "old" });
    await trial.shard(1);
    await trial.plan({ judgeModel: "new" });
    const calls = server.calls.length;
    const why = /shards\/draw was made with another configuration \(judgeModel: "old" there, "new" now\)/;
    await expect(trial.shard(2)).rejects.toThrow(why);
    await expect(trial.merge()).rejects.toThrow(why);
    expect(server.calls.length).toBe(calls);
    await trial.plan({ judgeModel: "old" });
    await trial.shard(2);
    expect(await trial.merge()).toMatchObject({ state: "finished" });
  });
});

describe("a run that goes on by itself after the merge", () => {
  test.each([
    ["--force", { model: "new", force: true }, { model: "new" }, 3, /than its plan has \(model: "new" there, "m" now;/],
    ["--rerun-phase", { rerunPhase: "generate" }, { rerunPhase: "generate" }, 1, /was asked anew after it was merged/],
  ] as const)("gets no results of its shards back, with %s", async (_flag, begin, goOn, callsOfRow, why) => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = await trialOf(folder, server);
    await trial.plan();
    await trial.all();
    await trial.merge();
    const paid = server.billed.length;
    expect(await trial.whole({ ...begin, maxCalls: paid + 4 })).toMatchObject({ state: "stopped" });
    const before = await filesOf(trial.out);
    for (const pay of [false, true]) await expect(trial.merge(pay)).rejects.toThrow(why);
    expect(await filesOf(trial.out)).toBe(before);
    expect(await trial.whole(goOn)).toMatchObject({ state: "finished", rows: { done: 8 } });
    expect(server.billed.length).toBe(paid + callsOfRow * 8);
  });
});

describe("a run of all rows", () => {
  test("is refused until all shards are merged, and while one pays again", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = await trialOf(folder, server);
    await trial.plan();
    await trial.shard(1);
    const control = new AbortController();
    const observer = { onStart: () => control.abort() };
    const stopped = await mergeShards(trial.out, {}, { env, pay: false, signal: control.signal, observer });
    expect(stopped).toMatchObject({ state: "interrupted" });
    const billed = server.billed.length;
    const refused = "Not all shards of";
    const { manifest } = runFiles(trial.out);
    await expect(trial.whole()).rejects.toThrow(refused);
    // What another version wrote, with a state of each kind that a merge may be left in.
    for (const state of ["interrupted", "running", "stopped"]) {
      await edit(manifest, ({ merged: _merged, summary: _summary, ...run }) => ({ ...run, state }));
      await expect(trial.whole()).rejects.toThrow(refused);
    }
    await trial.shard(2);
    expect(server.billed.length).toBeGreaterThan(billed);
    // All are through, and not all is merged.
    await trial.merge();
    const whole = await readFile(manifest, "utf8");
    await edit(manifest, ({ merged, ...run }) => ({ ...run, merged: { ...Object(merged), journalBytes: 1 } }));
    await expect(trial.whole()).rejects.toThrow("or they have paid since");
    await writeFile(manifest, whole);
    const paid = server.billed.length;
    expect(await trial.whole()).toMatchObject({ state: "finished" });
    await edit(manifest, ({ merged: _merged, ...run }) => run);
    // Another version left no note of a merge, and the shards may have been removed.
    expect(await trial.whole()).toMatchObject({ state: "finished" });
    for (const name of ["1", "2"]) await rm(join(trial.out, "shards", name), { recursive: true });
    expect(await trial.whole()).toMatchObject({ state: "finished" });
    expect(server.billed.length).toBe(paid);
  });

  test("and a preview of some pay nothing beside shards, and what a preview paid before counts", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = await trialOf(folder, server, { ...plain, maxCalls: 30 }, 12);
    const preview = (): Promise<unknown> => previewPipeline(resolveConfig({ ...trial.config, out: trial.out, limit: 2 }), { env });
    await preview();
    expect(server.billed.length).toBe(6);
    const told: string[] = [];
    await trial.plan();
    await trial.plan({}, told);
    expect(told).toEqual([]);
    expect((await readPlan(trial.out)).budget).toMatchObject({ shard: { maxCalls: 12 }, earlier: { calls: 6 } });
    await expect(preview()).rejects.toThrow("is planned in shards");
    await trial.all();
    const notices: string[] = [];
    const merged = await trial.merge(true, notices);
    expect(merged.stoppedBy).toContain("--max-calls 30: 30 calls are paid");
    expect(notices).toEqual([expect.stringContaining("paid twice, by two shards or by a preview before them")]);
    expect(server.billed.length).toBe(30);
    await preview();
  });

  test("a plan that is made anew after it was deleted counts the shards' calls once", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = await trialOf(folder, server, { ...plain, maxCalls: 100 }, 12);
    await trial.plan();
    await trial.all();
    await trial.merge();
    await rm(planPath(trial.out));
    await trial.plan();
    expect((await readPlan(trial.out)).budget).toMatchObject({ shard: { maxCalls: 50 } });
    const notices: string[] = [];
    await trial.merge(true, notices);
    expect(notices.join()).not.toContain("paid twice");
  });
});

test("a plan anew gives no shard less than it has spent", async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(sameAgain);
  const trial = await trialOf(folder, server, drawing, 6);
  await trial.plan({ maxCalls: 400 });
  await trial.shard(1);
  const spent = (await paidIn(trial.out)).length;
  await expect(trial.plan({ maxCalls: 12 })).rejects.toThrow(
    /--max-calls 12 is too small: it gives shard (draw|1\/2) \d+, which has spent \d+/,
  );
  // Without a draw, what it has spent would be given to the shards once more.
  await expect(trial.plan({ maxCalls: 400, verify: { calibrationRows: 0 } })).rejects.toThrow("it gives shard draw 0, which has spent");
  expect((await readPlan(trial.out)).budget.whole.maxCalls).toBe(400);
  await trial.plan({ maxCalls: 4 * spent });
  await trial.plan();
});

test("a draw whose run.json is damaged or gone holds up no merge, and a task makes it anew for nothing", async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(sameAgain);
  const trial = await trialOf(folder, server, drawing, 6);
  await trial.plan();
  await trial.all();
  await trial.merge();
  const files = await filesOf(trial.out);
  const calls = server.calls.length;
  const { manifest } = runFiles(join(trial.out, "shards", "draw"));
  const known = JSON.parse(await readFile(manifest, "utf8"));
  await writeFile(manifest, "{");
  expect(await trial.merge()).toMatchObject({ state: "finished", unfinished: [{ shard: "draw", state: "unreadable" }] });
  await rm(manifest);
  expect(await trial.merge()).toMatchObject({ state: "finished", unfinished: [{ shard: "draw", state: "not-begun" }] });
  await writeFile(manifest, "{");
  await trial.shard(1);
  expect(JSON.parse(await readFile(manifest, "utf8")).calibration).toEqual(known.calibration);
  expect(await trial.merge()).toMatchObject({ state: "finished", unfinished: [] });
  expect(server.calls.length).toBe(calls);
  expect(await filesOf(trial.out)).toBe(files);
});

test("retries of a shard that are damaged are left out and told", async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(sameAgain);
  const trial = await trialOf(folder, server);
  await trial.plan();
  await trial.all();
  const { retries } = runFiles(join(trial.out, "shards", "1"));
  await writeFile(retries, '{"crc":"00000000","digest":"x","phase":"generate","rounds":1,"session":1}\n');
  const notices: string[] = [];
  expect(await trial.merge(false, notices)).toMatchObject({ state: "finished" });
  expect(notices).toEqual([`${retries}: 1 lines are not as they were written, and were left out.`]);
});

test("a plan is told of and merged where the files of the user's texts are gone", async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(sameAgain);
  const guidance = await folder.file("guidance.txt", "Be brief.");
  const trial = await trialOf(folder, server, { ...plain, generate: { guidance: `file:${guidance}` } });
  await trial.plan();
  await trial.shard(1);
  await rm(guidance);
  await trial.shard(2);
  expect(await readShardsStatus(trial.out)).toMatchObject({ states: { finished: 2 } });
  expect(await trial.merge()).toMatchObject({ state: "finished" });
  // A plan of another version has the path.
  await edit(planPath(trial.out), (plan) => ({
    ...plan,
    config: { ...Object(plan["config"]), generate: { guidance: `file:${guidance}` } },
  }));
  expect(await readShardsStatus(trial.out)).toMatchObject({ states: { finished: 2 } });
});

test("a call that two shards have paid counts twice, and the budget is told as it was given", async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(sameAgain);
  const trial = await trialOf(folder, server, { ...plain, maxCalls: 20 }, 12);
  await trial.plan();
  await trial.shard(1);
  const lines = (await readFile(runFiles(join(trial.out, "shards", "1")).journal, "utf8")).split("\n").slice(0, 5);
  await mkdir(join(trial.out, "shards", "2"));
  await writeFile(runFiles(join(trial.out, "shards", "2")).journal, `${lines.join("\n")}\n`);
  expect((await trial.merge(true)).stoppedBy).toBe("The budget is spent (--max-calls 20: 20 calls are paid).");
  expect(server.billed.length).toBe(15);
});
