import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { startModelServer } from "../../test/fixtures/model-server.ts";
import { env, small, Trial } from "../../test/fixtures/shard-trial.ts";
import { filesOf, sameAgain, sayings } from "../../test/fixtures/sharded-run.ts";
import { readRun, temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { Config } from "../config/config-schema.ts";
import { resolveConfig } from "../config/run-config.ts";
import { messageOf } from "../errors.ts";
import { tryLock } from "../platform/file-lock.ts";
import { runPipeline } from "../pipeline/run-pipeline.ts";
import { runFiles } from "../runs/run-files.ts";
import { makePlan } from "./make-plan.ts";
import { planPath, readPlan } from "./plan.ts";
import { prepareShard } from "./run-shard.ts";
import { readShardsStatus } from "./shards-status.ts";

describe("a run in shards", () => {
  test("is the run of one process, each call paid once, in the ids and the order of the whole input", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const input = await folder.jsonl("rows.jsonl", [...sayings(40), { question: "", answer: "none" }, "no row"]);
    const trial = new Trial(folder, server, input, 3, { sample: 30, limit: 41, seed: 5, respond: { check: "retry" } });
    await trial.alone();
    const billed = server.billed.length;
    const probes = server.probes.length;
    await trial.plan();
    const summaries = await trial.all();
    expect(summaries.every(({ state }) => state === "finished")).toBe(true);
    expect(await trial.paidAgain()).toBe(0);
    expect(server.billed.length).toBe(2 * billed);
    expect(server.probes.length).toBe(2 * probes);

    const merged = await trial.merge();
    expect(merged).toMatchObject({ state: "finished", unfinished: [], rows: { in: 30 } });
    expect(server.billed.length).toBe(2 * billed);
    expect(await filesOf(trial.out)).toBe(await filesOf(trial.one));
    const whole = new Map((await readRun(trial.one)).dataset.map((row) => [row.id, row]));
    for (const name of ["draw", "1", "2", "3"])
      for (const row of (await readRun(join(trial.out, "shards", name))).dataset) expect(row).toEqual(whole.get(row.id));
    // Once more: nothing is new, and nothing changes.
    expect(await trial.merge()).toMatchObject({ state: "finished", joinedCalls: 0 });
    expect(await filesOf(trial.out)).toBe(await filesOf(trial.one));
    // What is made from the journal alone is the same.
    for (const name of ["index.sqlite", "results.bin", "dataset.jsonl", "rejected.jsonl"]) await rm(join(trial.out, name));
    await runPipeline(
      resolveConfig({ ...JSON.parse(await readFile(join(trial.out, "shards", "plan.json"), "utf8")).config, out: trial.out }),
      { env },
    );
    expect(await filesOf(trial.out)).toBe(await filesOf(trial.one));
    expect(server.billed.length).toBe(2 * billed);
  });

  test("is merged while shards are missing, which are named, and pays for them only if it is told to", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = new Trial(folder, server, await folder.jsonl("rows.jsonl", sayings(26)), 3);
    await trial.alone();
    const billed = server.billed.length;
    await trial.plan();
    await expect(trial.whole()).rejects.toThrow("is planned in shards, and they are not merged yet");
    await expect(trial.merge()).rejects.toThrow("Nothing can be merged yet: no task has drawn the judge's line");
    await trial.shard(1);
    const second = await trial.shard(2);
    const some = await trial.merge();
    expect(some).toMatchObject({ state: "stopped", unfinished: [{ shard: "3/3", state: "not-begun" }], rows: { failed: 0 } });
    expect(some.waiting).toBe(26 - some.rows.in);
    expect(some.rows.in).toBeGreaterThan(second.rows.in);
    expect(await readShardsStatus(trial.out)).toMatchObject({
      planned: 3,
      states: { finished: 3, "not-begun": 1 },
      rows: { done: some.rows.done },
    });
    expect(server.billed.length).toBeLessThan(2 * billed);
    expect(await trial.merge(true)).toMatchObject({ state: "finished", rows: { in: 26 } });
    expect(server.billed.length).toBe(2 * billed);
    expect(await filesOf(trial.out)).toBe(await filesOf(trial.one));
  });

  test("loses no row to lines that are torn or damaged, and takes rows that failed or were tried anew as they are", async () => {
    await using folder = await temporaryFolder();
    // One row never gets a response, and one does not fit the model's context.
    await using server = await startModelServer((call) => {
      const text = JSON.stringify(call.body.messages);
      if (call.phase === "respond" && text.includes("number 3?")) return { status: 400, body: "no" };
      if (call.phase === "generate" && text.includes("number 4?"))
        return { status: 400, body: '{"error":{"message":"maximum context length is 10 tokens","code":"context_length_exceeded"}}' };
      return sameAgain(call);
    });
    const trial = new Trial(folder, server, await folder.jsonl("rows.jsonl", sayings(30)), 2, {
      maxRetries: 0,
      verify: { calibrationRows: 0 },
      constrain: "none",
    });
    await trial.alone();
    await trial.plan();
    await trial.all();
    const journal = join(trial.out, "shards", "1", "journal.jsonl");
    const lines = (await readFile(journal, "utf8")).split("\n");
    const [first = ""] = lines;
    await writeFile(journal, [first.replace('"model":"m"', '"model":"n"'), ...lines.slice(1)].join("\n"));
    await appendFile(journal, first.slice(0, 40));
    await rm(join(trial.out, "shards", "1", "index.sqlite"));
    const notices: string[] = [];
    const merged = await trial.merge(false, notices);
    expect(notices).toEqual([expect.stringContaining("1 lines are not as they were written")]);
    // Its row waits, as do those whose failure the journal does not tell. The others of the shard
    // are made from the journal.
    expect(merged).toMatchObject({ state: "stopped" });
    expect(merged.waiting).toBeGreaterThanOrEqual(1);
    expect(merged.waiting).toBeLessThanOrEqual(3);
    // The task's next attempt pays for what is missing, and finds out again why the rows failed.
    await writeFile(journal, lines.slice(1).join("\n"));
    await trial.shard(1);
    expect(await trial.merge()).toMatchObject({ state: "finished", rows: { in: 30, failed: 1 } });
    expect(await filesOf(trial.out)).toBe(await filesOf(trial.one));
  });

  test("never pays more calls than the whole may, whatever is run again", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = new Trial(folder, server, await folder.jsonl("rows.jsonl", sayings(100)), 4, { maxCalls: 400 });
    await trial.plan();
    for (let time = 0; time < 2; time++) await trial.all();
    expect(server.billed.length).toBeLessThanOrEqual(400);
    expect(server.billed.length).toBeGreaterThan(200);
    expect(await trial.merge()).toMatchObject({ state: "stopped" });
    // What the draw did not need is spent here.
    await trial.merge(true);
    expect(server.billed.length).toBeLessThanOrEqual(400);
    expect(server.billed.length).toBeGreaterThan(380);
  });

  test("is paid for by shards or by its merge, and never by both", async () => {
    await using folder = await temporaryFolder();
    let answered = 0;
    let onFifth: () => Promise<void> = async () => {};
    await using server = await startModelServer(async (call) => {
      if (++answered === 5) await onFifth();
      return sameAgain(call);
    });
    const trial = new Trial(folder, server, await folder.jsonl("rows.jsonl", sayings(40)), 4, { ...small, maxCalls: 100 });
    await trial.plan();
    const whileAtWork: string[] = [];
    onFifth = async () => void whileAtWork.push(await trial.merge(true).then(() => "merged", messageOf));
    await trial.shard(1);
    expect(whileAtWork).toEqual([expect.stringContaining("Shard 1/4 is at work, and would pay for what the merge pays for.")]);
    // Of a task that has just begun there is a lock, and no run.json.
    const { lock } = runFiles(join(trial.out, "shards", "2"));
    await mkdir(join(trial.out, "shards", "2"));
    {
      using held = tryLock(lock);
      expect(held).toBeDefined();
      await expect(trial.merge(true)).rejects.toThrow("Shard 2/4 is at work");
    }
    // A merge that was refused closes nothing.
    await trial.shard(2);
    await trial.merge();
    await expect(trial.whole()).rejects.toThrow(/was merged without \d+ of its rows, which its shards had not made/);
    const merged = await trial.merge(true);
    expect(merged.stoppedBy).toContain("--max-calls 100");
    for (const index of [2, 3]) await expect(trial.shard(index)).rejects.toThrow("are closed");
    expect(server.billed.length).toBeLessThanOrEqual(100);
    expect(server.billed.length).toBeGreaterThan(95);
    // A plan with a larger budget stays closed, and the merge goes on by it.
    await makePlan({ ...trial.config, out: trial.out, maxCalls: 1_000 }, 4);
    await expect(trial.shard(3)).rejects.toThrow("are closed");
    expect(await trial.merge(true)).toMatchObject({ state: "finished", rows: { in: 40 } });
    await trial.whole();
    // Two of the rows say the same.
    expect(server.billed.length).toBe(3 * 39);
  });

  test("counts a call toward the budget that two shards have paid", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = new Trial(folder, server, await folder.jsonl("rows.jsonl", sayings(40)), 2, { ...small, maxCalls: 100 });
    await trial.plan();
    await trial.shard(1);
    // The second shard has paid for ten calls of the first, too.
    const journalOf = (index: number): string => join(trial.out, "shards", String(index), "journal.jsonl");
    const lines = (await readFile(journalOf(1), "utf8")).split("\n").slice(0, 10);
    await mkdir(join(trial.out, "shards", "2"));
    await writeFile(journalOf(2), `${lines.join("\n")}\n`);
    for (let time = 0; time < 2; time++) {
      await trial.merge(true);
      expect(server.billed.length).toBeLessThanOrEqual(90);
      expect(server.billed.length).toBeGreaterThan(80);
    }
  });

  test("pays for finding out what the server enforces, also where no row is drawn", async () => {
    await using folder = await temporaryFolder();
    // A server that enforces nothing is asked about each field.
    await using server = await startModelServer(sameAgain);
    const trial = new Trial(folder, server, await folder.jsonl("rows.jsonl", sayings(10)), 2, {
      verify: { calibrationRows: 0 },
      maxCalls: 200,
      maxTokens: 1e6,
    });
    await trial.plan();
    const { budget } = await readPlan(trial.out);
    expect(budget.draw.maxCalls).toBeGreaterThanOrEqual(5);
    expect((await trial.all()).map(({ state }) => state)).toEqual(["finished", "finished"]);
    expect(await trial.merge()).toMatchObject({ state: "finished", rows: { in: 10 } });
  });

  test("is merged and told of by its journals where results and manifests of shards are damaged", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const trial = new Trial(folder, server, await folder.jsonl("rows.jsonl", sayings(24)), 4, small);
    await trial.plan();
    await trial.all();
    const files = (index: number) => runFiles(join(trial.out, "shards", String(index)));
    await truncate(files(1).index, 3_000);
    await writeFile(files(2).index, "");
    await writeFile(files(3).manifest, "{");
    await truncate(files(4).results, 10);
    const calls = server.calls.length;
    expect(await readShardsStatus(trial.out)).toMatchObject({
      states: { finished: 3, unreadable: 1 },
      shards: [1, 2, 3, 4].map((index) => ({
        shard: `${index}/4`,
        problem: index === 4 ? undefined : expect.stringContaining(index === 3 ? files(3).manifest : files(index).index),
      })),
    });
    const notices: string[] = [];
    expect(await trial.merge(false, notices)).toMatchObject({
      state: "finished",
      rows: { in: 24, failed: 0 },
      unfinished: [{ shard: "3/4", state: "unreadable" }],
    });
    expect(notices).toHaveLength(3);
    for (const index of [1, 2, 3])
      expect(notices[index - 1]).toContain(`Shard ${index}/4: results that cannot be read were not taken over`);
    expect(server.calls.length).toBe(calls);
    await trial.alone();
    expect(await filesOf(trial.out)).toBe(await filesOf(trial.one));
  });

  test("takes over rows that were tried anew in a shard", async () => {
    await using folder = await temporaryFolder();
    let isStrict = true;
    await using server = await startModelServer((call) =>
      isStrict && call.phase === "generate" && JSON.stringify(call.body.messages).includes("number 7?")
        ? { text: "none" }
        : sameAgain(call),
    );
    const trial = new Trial(folder, server, await folder.jsonl("rows.jsonl", sayings(20)), 2, {
      verify: { calibrationRows: 0 },
      constrain: "none",
    });
    await trial.plan();
    const before = await trial.all();
    const dropped = before.findIndex(({ rows }) => rows.dropped === 1) + 1;
    expect(dropped).toBeGreaterThan(0);
    expect(await trial.merge()).toMatchObject({ state: "finished", rows: { done: 19, dropped: 1 } });
    isStrict = false;
    expect(await trial.shard(dropped, { retry: ["dropped"] })).toMatchObject({ rows: { dropped: 0 } });
    const calls = server.calls.length;
    expect(await trial.merge()).toMatchObject({ state: "finished", rows: { done: 20, dropped: 0 } });
    expect(server.calls.length).toBe(calls);
  });
});

describe("a task", () => {
  test("knows its shard by the engine's variables, and refuses what the plan decides", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const input = await folder.jsonl("rows.jsonl", sayings(10));
    const trial = new Trial(folder, server, input, 3);
    await expect(prepareShard("1/3", trial.out, {}, {})).rejects.toThrow("Make one with: sysgen shards");
    await trial.plan();
    const named = async (name: string, variables = {}, given: Config = {}): Promise<number | string> =>
      (await prepareShard(name, trial.out, given, variables)).shard.index;
    expect(await named("env", { SLURM_ARRAY_TASK_ID: "3" })).toBe(3);
    expect(await named("env", { JOB_COMPLETION_INDEX: "0" })).toBe(1);
    await expect(named("env")).rejects.toThrow("none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX is set");
    await expect(named("env", { SLURM_ARRAY_TASK_ID: "0" })).rejects.toThrow("expected a shard from 1 to 3, found 0");
    await expect(named("2/4")).rejects.toThrow("the plan is of 3 shards");
    await expect(named("two")).rejects.toThrow('such as 3/64, or env; found "two"');
    await expect(named("2/3", {}, { sample: 3 })).rejects.toThrow("--sample is the same for all shards");
    await expect(named("2/3", {}, { input: join(folder.path, "gone.jsonl") })).resolves.toBe(2);
    expect(await named("2/3", {}, { baseUrl: ["http://localhost:9/v1"], concurrency: 4 })).toBe(2);
    // What no plan can say is not sent there.
    await expect(named("2/3", {}, { force: true })).rejects.toThrow("--force is for a whole run: merge the shards");
    await expect(named("2/3", {}, { rerunPhase: "verify" })).rejects.toThrow("--rerun-phase is for a whole run: merge the shards");
    await expect(named("2/3", {}, { batch: true })).rejects.toThrow("--batch does not go with shards");
    await expect(named("2/3", {}, { wait: false })).rejects.toThrow("--no-wait does not go with shards");
    for (const shards of [0, 2.5, 1e10, "2"]) {
      const text = await readFile(planPath(trial.out), "utf8");
      await writeFile(planPath(trial.out), JSON.stringify({ ...JSON.parse(text), shards }));
      await expect(named("2/3")).rejects.toThrow(/plan\.json is no plan of shards .* Delete it, and make it anew/);
      await writeFile(planPath(trial.out), text);
    }
    await appendFile(input, "{}\n");
    await expect(named("2/3")).rejects.toThrow("has changed since the run was planned");
  });

  test("plans no key, no stdin and no budget that is too small, and keeps a plan of other rows", async () => {
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", sayings(4));
    const notices: string[] = [];
    const plan = (more: Config, shards = 2): Promise<unknown> =>
      makePlan({ input, model: "m", baseUrl: ["http://localhost:9/v1"], out: join(folder.path, "out"), ...more }, shards, (text) =>
        notices.push(text),
      );
    await expect(plan({ headers: { "api-key": "abc" } })).rejects.toThrow("a plan holds no key");
    for (const header of ["cookie", "x-auth-token", "X-Session", "x-amz-signature"])
      await expect(plan({ headers: { [header]: "abc" } })).rejects.toThrow("a plan holds no key");
    await expect(plan({ judgeHeaders: { "x-mine": "Bearer abc" } })).rejects.toThrow("a plan holds no key");
    await expect(plan({ baseUrl: ["http://localhost:9/v1?key=abc"] })).rejects.toThrow(
      'a plan holds no query, because that may hold a key, and this one has "key"',
    );
    await expect(plan({ baseUrl: ["http://me:pw@localhost:9/v1"] })).rejects.toThrow("a plan holds no password");
    await expect(plan({ baseUrl: ["gpu1/v1"] })).rejects.toThrow('expected a URL such as http://localhost:8000/v1, found "gpu1/v1"');
    await expect(plan({ judgeModel: "j", judgeBaseUrl: ["gpu1/v1"] })).rejects.toThrow('found "gpu1/v1"');
    expect(existsSync(planPath(join(folder.path, "out")))).toBe(false);
    await expect(plan({ input: "-" })).rejects.toThrow("Write it to a file first");
    await expect(plan({ maxCalls: 3 }, 4)).rejects.toThrow("--max-calls 3 is too small for 4 shards");
    await expect(plan({ retry: ["dropped"] })).rejects.toThrow("--retry is for a run that is there");
    await expect(plan({ verify: { calibrationRows: 0 }, maxCalls: 8 })).rejects.toThrow(
      "half of it does not pay for finding out what the server enforces",
    );
    expect(notices).toEqual([]);
    await plan({
      headers: { "api-key": "${MY_KEY}", "openai-project": "p" },
      baseUrl: ["http://localhost:9/v1?api-version=1"],
      maxCost: 2,
    });
    expect(notices).toEqual([]);
    await plan({ headers: { "x-team": "ours" } });
    expect(notices).toEqual([expect.stringContaining("--header x-team stands in")]);
    await plan({ maxCost: 5 });
    await expect(plan({}, 3)).rejects.toThrow("holds a plan of 2 shards");
    await expect(plan({ limit: 2 })).rejects.toThrow("over other rows");
  });

  test("has the user's texts in its plan, and is told to plan anew where the plan changed since it began", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    const guidance = await folder.file("guidance.txt", "Be kind.");
    const instructions = await folder.file("instructions.txt", "=== system ===\n{{ system_message }}\n");
    const here = (path: string): string => relative(process.cwd(), path);
    const input = await folder.jsonl("rows.jsonl", sayings(4));
    const generate = { guidance: `file:${here(guidance)}` };
    const trial = new Trial(folder, server, input, 1, { ...small, generate, respond: { instructions: here(instructions) } });
    await trial.plan();
    const { config } = await readPlan(trial.out);
    expect([config.generate?.guidance, config.respond?.instructions]).toEqual(["Be kind.", { text: await readFile(instructions, "utf8") }]);
    const other = new Trial(folder, server, input, 1, small);
    await other.plan();
    await other.shard(1);
    await trial.plan();
    await expect(trial.shard(1)).rejects.toThrow(/made with another configuration .* plan the run again as it was/);
  });
});
