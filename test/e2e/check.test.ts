import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Config } from "../../src/config/config-schema.ts";
import { resolveConfig } from "../../src/config/run-config.ts";
import type { Calibration } from "../../src/phases/calibration.ts";
import { runPipeline } from "../../src/pipeline/run-pipeline.ts";
import type { RunSummary } from "../../src/runs/summary.ts";
import { shown, startModelServer, wellBehaved, type ModelServer, type Served, type ServedCall } from "../fixtures/model-server.ts";
import { questions, readRun, temporaryFolder, type Folder, type DatasetLine } from "../fixtures/sysgen.ts";

// The judge's check of new responses (`respond.check`), over the whole road.

const rows = 4;
/** The row whose new response does not follow its system message at first. */
const odd = "number 2?";

let folder: Folder;
let server: ModelServer;
let input: string;
/** Whether the response of the odd row may be mended by asking again. */
let mends = true;
/** Calls before those of the run that is being made. */
let begun = 0;

/** What the server was asked about a response. */
function checkOf({ body }: ServedCall): "obeys" | "better" | undefined {
  const last = body.messages.at(-1)?.content ?? "";
  if (/Does the response follow this system message\?/.test(last)) return "obeys";
  return /Which response does what the user asks/.test(last) ? "better" : undefined;
}

/** What a message or a response is about. The messages of `wellBehaved` name it. */
const subjectOf = (text = ""): string | undefined => /case \d+/.exec(text)?.[0];

/**
 * Responses name what their system message is about, so that a judge can see which one they follow.
 * The judge finds the new response the better one.
 */
function serve(call: ServedCall): Served {
  const { messages } = call.body;
  const last = messages.at(-1)?.content ?? "";
  const check = checkOf(call);
  const parts = shown(last);
  if (check === "obeys") return { text: subjectOf(parts["response"]) === subjectOf(parts["system message"]) ? "Yes" : "No" };
  if (check === "better") return { text: parts["response 1"]?.startsWith("New") ? "1" : "2" };
  if (call.phase !== "respond") return wellBehaved({ ...call, index: 0 });
  const times = server.calls.slice(begun).filter(({ phase, body }) => phase === "respond" && body.messages.at(-1)?.content === last);
  if (last.includes(odd) && (times.length === 1 || !mends)) return { text: "Whatever you say." };
  return { text: `New on ${subjectOf(messages[0]?.content)}.` };
}

interface Made {
  readonly out: string;
  readonly summary: RunSummary;
  readonly calibration: Calibration | undefined;
  /** Calls that asked about a response. */
  readonly checks: readonly string[];
  readonly calls: number;
}

async function make(name: string, respond: Config["respond"], more: Config = {}): Promise<Made> {
  const out = join(folder.path, name);
  begun = server.calls.length;
  const config = resolveConfig({ input, out, model: "m", baseUrl: [server.url], maxReasks: 1, respond, ...more });
  const summary = await runPipeline(config, { env: {} });
  const { calibration } = JSON.parse(await readFile(join(out, "run.json"), "utf8")) as { calibration?: Calibration };
  const calls = server.calls.slice(begun);
  return { out, summary, calibration, checks: calls.flatMap((call) => checkOf(call) ?? []), calls: calls.length };
}

beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startModelServer(serve);
  input = await folder.jsonl("rows.jsonl", questions(rows));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test("off: nothing is asked about responses, and no line of obedience is drawn", async () => {
  const { checks, calibration, summary } = await make("off", { check: "off" });
  expect([checks, calibration?.obedience, summary.rows.done]).toEqual([[], undefined, rows]);
  expect(summary.calls.map(({ phase }) => phase)).not.toContain("check");
});

/** What the judge's check did in a row. */
const ofJudge = (row: DatasetLine | undefined) => row?.sysgen.gates.filter(({ gate }) => gate === "judge") ?? [];

describe("retry", () => {
  test("asks again; the line is drawn on foreign messages, and each call is counted and paid once", async () => {
    mends = true;
    const made = await make("retry", { check: "retry" });
    const { dataset } = await readRun(made.out);
    expect(dataset.map(({ messages }) => messages.at(-1)?.content.startsWith("New on case"))).toEqual([true, true, true, true]);
    expect(ofJudge(dataset[2])).toMatchObject([{ gate: "judge", turn: 0, action: "retried" }]);
    // One of the four responses of the draw does not follow its own message.
    expect(made.calibration?.obedience).toMatchObject({ rows, auc: 0.875 });
    // Each row's response with its own message and with a foreign one, and the second response.
    expect(made.checks.filter((check) => check === "obeys")).toHaveLength(2 * rows + 1);
    // The new one is better in the first order, so the other order is not asked.
    expect(made.checks.filter((check) => check === "better")).toHaveLength(rows);
    const counted = made.summary.calls.find(({ phase }) => phase === "check");
    expect(counted?.calls).toBe(made.checks.length);
    expect(made.summary.calls.reduce((sum, { calls }) => sum + calls, 0)).toBe(made.calls);
  });

  test("the same command again makes no call, and one that --max-calls ended goes on", async () => {
    mends = true;
    const again = await make("retry", { check: "retry" });
    expect([again.calls, again.calibration?.obedience?.rows]).toEqual([0, rows]);
    const whole = await make("whole", { check: "retry" }, { concurrency: 1 });
    const short = await make("short", { check: "retry" }, { maxCalls: Math.ceil(whole.calls / 2), concurrency: 1 });
    expect(short.summary.state).toBe("stopped");
    const rest = await make("short", { check: "retry" });
    expect(rest.calibration?.obedience).toEqual(whole.calibration?.obedience);
    expect(rest.summary.rows.done).toBe(rows);
  });
});

test.each([
  ["keep-original", undefined, { done: rows, last: "Fact 2 is well known." }],
  ["retry", "keep-original", { done: rows, last: "Fact 2 is well known." }],
  ["retry", "drop", { done: rows - 1, last: undefined }],
  ["drop", undefined, { done: rows - 1, last: undefined }],
] as const)("%s, whenExhausted %s: a response that stays bad", async (check, whenExhausted, { done, last }) => {
  mends = false;
  const { out, summary } = await make(`${check}-${whenExhausted}`, { check, ...(whenExhausted && { whenExhausted }) });
  const { dataset, rejected } = await readRun(out);
  expect(summary.rows.done).toBe(done);
  expect(dataset.find(({ id }) => id === "q2")?.messages.at(-1)?.content).toBe(last);
  if (last === undefined) expect(rejected).toMatchObject([{ id: "q2", phase: "respond", reason: "gate-judge" }]);
  else expect(ofJudge(dataset[2]).at(-1)).toMatchObject({ gate: "judge", action: "kept-original" });
});
