import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startModelServer, wellBehaved } from "../fixtures/model-server.ts";
import { questions, readRun, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

const jumpingClock = { NODE_OPTIONS: `--import ${new URL("../fixtures/jumping-clock.mjs", import.meta.url).href}` };

interface Timed {
  readonly dataset: Buffer;
  readonly seconds: number;
  /** Milliseconds from each refusal to the call that arrived next. */
  readonly pausesMs: readonly number[];
  /** Hours between the first and the last time in the run's log. */
  readonly hoursInLog: number;
}

/**
 * Runs 40 rows. The server refuses two calls, one for a second and one until a date two seconds
 * away.
 */
async function timedRun(env: Record<string, string>): Promise<Timed> {
  const refusals: number[] = [];
  const arrivals: number[] = [];
  await using server = await startModelServer(async (call) => {
    arrivals.push(performance.now());
    await sleep(20);
    const isRefused = call.index === 30 || call.index === 80;
    if (!isRefused) return wellBehaved({ ...call, index: 0 });
    refusals.push(performance.now());
    const retryAfter = call.index === 30 ? "1" : new Date(Date.now() + 2_000).toUTCString();
    return { status: 429, headers: { "retry-after": retryAfter } };
  });
  await using folder = await temporaryFolder();
  const input = await folder.jsonl("rows.jsonl", questions(40));
  const out = join(folder.path, "run");
  const log = join(folder.path, "events.jsonl");
  const started = performance.now();
  const { code, stdout, stderr } = await sysgen(
    [
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      out,
      "--concurrency",
      "4",
      "--log",
      log,
      "--json",
    ],
    { env },
  );
  const seconds = (performance.now() - started) / 1_000;
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect((await readRun(out)).rejected).toEqual([]);
  expect(JSON.parse(stdout).seconds).toBeLessThanOrEqual(seconds);
  expect(new Set(server.billed).size).toBe(server.billed.length);
  const pausesMs = refusals.map((at) => Math.min(...arrivals.filter((arrival) => arrival > at + 25)) - at);
  const times = [...(await readFile(log, "utf8")).matchAll(/"time":"([^"]+)"/g)].map(([, time = ""]) => Date.parse(time));
  const hoursInLog = (Math.max(...times) - Math.min(...times)) / 3_600_000;
  return { dataset: await readFile(join(out, "dataset.jsonl")), seconds, pausesMs, hoursInLog };
}

test("a wall clock that jumps by hours changes neither the dataset nor how long the run waits", async () => {
  const steady = await timedRun({});
  const jumping = await timedRun(jumpingClock);
  expect([steady.hoursInLog < 1, jumping.hoursInLog > 10]).toEqual([true, true]);
  expect(jumping.dataset).toEqual(steady.dataset);
  for (const { pausesMs } of [steady, jumping]) {
    // The date has whole seconds, so its pause may be almost a second shorter than two seconds.
    expect(pausesMs[0]).toBeGreaterThan(900);
    expect(pausesMs[1]).toBeGreaterThan(900);
    for (const pauseMs of pausesMs) expect(pauseMs).toBeLessThan(5_000);
  }
  expect(jumping.seconds).toBeLessThan(steady.seconds + 10);
});
