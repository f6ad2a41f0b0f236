import { hash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Config } from "../../src/config/config-schema.ts";
import { resolveConfig } from "../../src/config/run-config.ts";
import type { Calibration } from "../../src/phases/calibration.ts";
import { runPipeline } from "../../src/pipeline/run-pipeline.ts";
import type { RunSummary } from "../../src/runs/summary.ts";
import {
  foreignCalls,
  judgeCalls,
  phrasesWritten,
  questionOf,
  startModelServer,
  wellBehaved,
  type ModelServer,
  type Served,
  type ServedCall,
} from "../fixtures/model-server.ts";
import { questions, readRun, startSysgen, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";

const rows = 24;
const drawn = 8;
/** Calls of the judge for a message, and for one that is asked about with another conversation. */
const judged = judgeCalls(phrasesWritten);
const calibrating = foreignCalls(phrasesWritten);
const callsInAll = rows * (2 + judged) + drawn * calibrating;

/**
 * A judge with probabilities that has a mind of its own. What names the conversation fits it more
 * often than not, so that the lines depend on the rows that are drawn.
 */
function judge(call: ServedCall): Served {
  const asked = questionOf(call);
  if (asked?.kind !== "fits") return wellBehaved({ ...call, index: 0 });
  const own = wellBehaved(call);
  const noise = hash("sha1", `${asked.text}${asked.conversation}`, "buffer").readUInt32BE(0) / 2 ** 32;
  const odds = ("text" in own && own.text === "Yes" ? 1.5 : -1.5) + 6 * (noise - 0.5);
  const [yes, no] = [-Math.log1p(Math.exp(-odds)), -Math.log1p(Math.exp(odds))];
  const token = odds > 0 ? { token: "Yes", logprob: yes } : { token: "No", logprob: no };
  const alternatives = [
    { token: "Yes", logprob: yes },
    { token: "No", logprob: no },
  ];
  return { text: token.token, logprobs: { content: [{ ...token, top_logprobs: alternatives }] } };
}

let folder: Folder;
let server: ModelServer;
let input: string;
/** A run of all rows. The others are compared with it. */
let whole: Made;
/** What the server of `server` does with a call. */
let serve: (call: ServedCall) => Served | Promise<Served> = judge;

interface Made {
  readonly out: string;
  readonly summary: RunSummary;
  /** The lines of dataset.jsonl. */
  readonly dataset: readonly string[];
  readonly calibration: Calibration | undefined;
  /** Calls that the server got meanwhile. */
  readonly calls: number;
}

async function recorded(out: string): Promise<Pick<Made, "dataset" | "calibration">> {
  const { calibration } = JSON.parse(await readFile(join(out, "run.json"), "utf8")) as { calibration?: Calibration };
  return { dataset: (await readFile(join(out, "dataset.jsonl"), "utf8")).split("\n").slice(0, -1), calibration };
}

async function make(name: string, more: Config = {}): Promise<Made> {
  const out = join(folder.path, name);
  const before = server.calls.length;
  const verify = { calibrationRows: drawn };
  const summary = await runPipeline(resolveConfig({ input, out, model: "m", baseUrl: [server.url], verify, ...more }), { env: {} });
  return { out, summary, calls: server.calls.length - before, ...(await recorded(out)) };
}

beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startModelServer((call) => serve(call));
  input = await folder.jsonl("rows.jsonl", questions(rows));
  whole = await make("whole");
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test("a run is calibrated once, before the first verdict, and run.json says how", () => {
  expect(whole.summary).toMatchObject({ state: "finished", rows: { in: rows, failed: 0 } });
  expect(whole.calibration).toMatchObject({ rows: drawn, phrases: { own: drawn * phrasesWritten, foreign: drawn * phrasesWritten } });
  expect(whole.calibration?.phraseAuc).toBeGreaterThan(0.7);
  expect(whole.summary.calls).toContainEqual(expect.objectContaining({ phase: "calibrate", calls: drawn * calibrating }));
  // The judge does not find all phrases good, so the line decides something.
  const verdicts = whole.dataset.flatMap((line) => [...line.matchAll(/"verdict":"(\w+)"/g)].map(([, verdict]) => verdict));
  expect(new Set(verdicts)).toContain("bad");
});

describe("a row's verdicts are the same", () => {
  test("whatever rows are taken", async () => {
    const few = await make("few", { limit: 5 });
    expect(few.dataset).toEqual(whole.dataset.filter((line) => /"id":"q[0-4]"/.test(line)));
    expect(few.calibration).toEqual(whole.calibration);
    const late = await make("late", { offset: rows - 3 });
    expect(late.dataset).toEqual(whole.dataset.slice(-late.dataset.length));
    expect(late.calibration).toEqual(whole.calibration);
    // The rest of the rows are taken later, and the calibration is not paid again.
    const rest = await make("few");
    expect([rest.dataset, rest.calibration]).toEqual([whole.dataset, whole.calibration]);
    expect(few.calls + rest.calls).toBe(whole.calls);
  });

  test("in whatever order calls end", async () => {
    serve = async (call) => {
      await sleep(Math.random() * 30);
      return judge(call);
    };
    const shuffled = await make("shuffled", { concurrency: 16 });
    serve = judge;
    expect([shuffled.dataset, shuffled.calibration]).toEqual([whole.dataset, whole.calibration]);
  });

  test("when the results are gone, and nothing is paid again", async () => {
    for (const ending of ["", "-wal", "-shm"]) await rm(join(whole.out, `index.sqlite${ending}`), { force: true });
    await rm(join(whole.out, "dataset.jsonl"));
    const again = await make("whole");
    expect([again.calls, again.dataset, again.calibration]).toEqual([0, whole.dataset, whole.calibration]);
  });

  test("after kill -9 in the middle of the calibration, and nothing that was kept is paid again", async () => {
    const concurrency = 4;
    const out = join(folder.path, "killed");
    const config = await folder.file("run.yaml", `verify: { calibrationRows: ${drawn} }`);
    const args = ["run", input, "--config", config, "--model", "m", "--base-url", server.url, "--out", out];
    serve = async (call) => {
      await sleep(10);
      return judge(call);
    };
    const before = server.calls.length;
    const running = startSysgen([...args, "--concurrency", String(concurrency), "--quiet"]);
    while (server.calls.length < before + 40) await sleep(5);
    running.process.kill("SIGKILL");
    expect((await running.finished).signal).toBe("SIGKILL");
    serve = judge;
    expect((await sysgen([...args, "--quiet"])).code).toBe(0);
    expect(await recorded(out)).toEqual({ dataset: whole.dataset, calibration: whole.calibration });
    expect(server.calls.length - before).toBeLessThanOrEqual(whole.calls + concurrency);
  });
});

test("a finished directory costs no call, and keeps its calibration", async () => {
  const again = await make("whole");
  expect([again.calls, again.calibration]).toEqual([0, whole.calibration]);
});

test("--retry of a row of the draw moves no line", async () => {
  // The draw is of all rows, so that the row takes part in it.
  const verify = { calibrationRows: rows };
  serve = (call) =>
    call.phase === "generate" && JSON.stringify(call.body.messages).includes("number 3?") ? { text: "no tags at all" } : judge(call);
  const first = await make("retried", { verify });
  serve = judge;
  expect((await readRun(first.out)).rejected).toMatchObject([{ id: "q3", reason: "no-phrase-left" }]);
  expect(first.calibration?.rows).toBe(rows - 1);
  const second = await make("retried", { verify, retry: ["dropped:no-phrase-left"] });
  expect(second.calibration).toEqual(first.calibration);
  expect(second.dataset.filter((line) => !line.includes('"id":"q3"'))).toEqual(first.dataset);
  expect(second.dataset.length).toBe(first.dataset.length + 1);
});

test("a budget counts the calls of the calibration", async () => {
  const calls = whole.calls;
  expect(calls).toBeGreaterThanOrEqual(callsInAll);
  const short = await make("short", { maxCalls: calls - 1 });
  expect(short.summary).toMatchObject({ state: "stopped", stoppedBy: expect.stringContaining(`--max-calls ${calls - 1}`) });
  expect(short.calls).toBe(calls - 1);
  const enough = await make("short", { maxCalls: calls });
  expect([enough.summary.state, enough.calls, enough.dataset]).toEqual(["finished", 1, whole.dataset]);
});

test("a small budget draws few rows and gives whole ones; a larger one draws again, and pays nothing twice", async () => {
  const small = await make("small", { maxCalls: 30 });
  expect(small.summary).toMatchObject({ state: "stopped", rows: { done: 2, failed: 0 } });
  expect(small.calibration).toMatchObject({ rows: 0, drawLimit: 1 });
  const again = await make("small", { maxCalls: 30 });
  expect([again.calls, again.dataset]).toEqual([0, small.dataset]);
  const large = await make("small");
  expect(large.calibration).toEqual(whole.calibration);
  expect(large.dataset).toEqual(whole.dataset);
});

test("calibrationRows 0: nothing is asked twice, and run.json has no calibration", async () => {
  const plain = await make("plain", { limit: 3, verify: { calibrationRows: 0 } });
  expect(plain.calibration).toBeUndefined();
  expect(plain.summary.calls.map(({ phase }) => phase)).not.toContain("calibrate");
});
