import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startModelServer, wellBehaved, type ModelServer, type Served, type ServedCall } from "../fixtures/model-server.ts";
import { questions, readRun, startSysgen, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

interface Loaded {
  readonly server: ModelServer;
  mostInFlight: number;
}

/** A server with a fixed latency that refuses calls beyond a capacity and counts them. */
async function loadedServer(latencyMs: number, { capacity = Infinity, retryAfter = "0" } = {}): Promise<Loaded> {
  const loaded = { mostInFlight: 0 };
  let inFlight = 0;
  const server = await startModelServer(async (call): Promise<Served> => {
    if (inFlight >= capacity) return { status: 429, headers: { "retry-after": retryAfter } };
    loaded.mostInFlight = Math.max(loaded.mostInFlight, ++inFlight);
    await sleep(latencyMs);
    inFlight--;
    return wellBehaved(call);
  });
  return Object.assign(loaded, { server });
}

interface Load {
  endpoint: string;
  limit: number;
  heldBy: string;
  requests: number;
  refused: number;
  failed: number;
}

describe("calls at once", () => {
  test("--concurrency is the ceiling, and the summary and status say so", async () => {
    const { server, ...loaded } = await loadedServer(20);
    await using _server = server;
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(60));
    const out = join(folder.path, "run");
    const { stdout } = await sysgen([
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
      "7",
      "--json",
    ]);
    expect(loaded.mostInFlight).toBeLessThanOrEqual(7);
    const { load } = JSON.parse(stdout) as { load: Load[] };
    expect(load).toMatchObject([{ limit: 7, heldBy: "ceiling", requests: 180, refused: 0 }]);
    const status = await sysgen(["status", out]);
    expect(status.stdout).toMatch(/m: up to 7 calls at once, the most allowed \(--concurrency\); 180 requests/);
  });

  test("are found by trying: a server that takes 6 refuses few calls, and no row fails", async () => {
    const { server } = await loadedServer(50, { capacity: 6 });
    await using _server = server;
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(80));
    const { code, stdout } = await sysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      join(folder.path, "run"),
      "--json",
    ]);
    expect(code).toBe(0);
    const { load, rows } = JSON.parse(stdout) as { load: Load[]; rows: { done: number } };
    expect(rows.done).toBe(80);
    expect(load[0]?.limit).toBeLessThanOrEqual(6);
    expect(load[0]?.heldBy).toMatch(/refusals|rate-limit/);
    // Of the first 32 calls 26 are refused. A machine that is slow to read the refusals begins some
    // more. A limit that stayed at 32 would have thousands refused.
    expect(load[0]?.refused).toBeLessThan(200);
  });

  test("Retry-After is honoured: nothing is sent before it has passed", async () => {
    const arrivals: number[] = [];
    await using server = await startModelServer((call) => {
      arrivals.push(performance.now());
      return arrivals.length === 1 ? { status: 429, headers: { "retry-after": "1" } } : wellBehaved(call);
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(1));
    expect(
      (
        await sysgen([
          "run",
          input,
          "--model",
          "m",
          "--preset",
          "paper",
          "--base-url",
          server.url,
          "--out",
          join(folder.path, "run"),
          "--quiet",
        ])
      ).code,
    ).toBe(0);
    expect((arrivals[1] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test("the server's own rate-limit headers and --requests-per-minute hold calls back", async () => {
    const arrivals: number[] = [];
    await using server = await startModelServer((call) => {
      arrivals.push(performance.now());
      return wellBehaved(call);
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(2));
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", join(folder.path, "run"), "--json"];
    const { stdout } = await sysgen([...args, "--requests-per-minute", "120"]);
    expect(arrivals).toHaveLength(6);
    // Two calls at once, and then one call each half second.
    expect((arrivals[5] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(1_400);
    expect((JSON.parse(stdout) as { load: Load[] }).load[0]?.heldBy).toBe("requests-per-minute");
  });
});

describe("several servers of one model", () => {
  test("a slow one gets less, a dead one nothing after its first calls, and no row fails", async () => {
    const fast = await loadedServer(10);
    const slow = await loadedServer(120);
    await using _fast = fast.server;
    await using _slow = slow.server;
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(80));
    const urls = [fast.server.url, slow.server.url, "http://127.0.0.1:1/v1"].flatMap((url) => ["--base-url", url]);
    const { code, stderr } = await sysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      ...urls,
      "--out",
      join(folder.path, "run"),
      "--concurrency",
      "12",
    ]);
    expect(code).toBe(0);
    expect((await readRun(join(folder.path, "run"))).dataset).toHaveLength(80);
    expect(fast.server.calls.length).toBeGreaterThan(3 * slow.server.calls.length);
    expect(stderr).toMatch(/127\.0\.0\.1:1\b.*left alone/);
  });

  test("one that dies half-way and comes back: its calls move on, and it is used again", async () => {
    let dead = false;
    const serve = async (call: ServedCall): Promise<Served> => {
      await sleep(10);
      return dead ? { fault: "reset" } : wellBehaved(call);
    };
    await using dying = await startModelServer(serve);
    const other = await loadedServer(10);
    await using _other = other.server;
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(400));
    const out = join(folder.path, "run");
    const urls = ["--base-url", dying.url, "--base-url", other.server.url];
    const running = startSysgen(["run", input, "--model", "m", "--preset", "paper", ...urls, "--out", out, "--concurrency", "8", "--json"]);
    while (dying.calls.length < 100) await sleep(5);
    dead = true;
    await sleep(700);
    dead = false;
    const callsThen = dying.calls.length;
    const { code, stdout } = await running.finished;
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { rows: unknown }).rows).toMatchObject({ done: 400, failed: 0 });
    expect(callsThen).toBeLessThan(160);
    expect(dying.calls.length).toBeGreaterThan(callsThen + 20);
  });
});

describe("a budget", () => {
  test.each([
    ["--max-calls", "25", /--max-calls 25: 25 calls are paid/],
    ["--max-tokens", "3700", /--max-tokens 3700: \d+ tokens are used/],
  ])("%s %s: stops cleanly, never overshoots, and goes on with a larger one to the same dataset", async (flag, limit, said) => {
    await using server = await startModelServer(async (call) => {
      await sleep(5);
      return wellBehaved({ ...call, index: 0 });
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(20));
    const args = (out: string): string[] => [
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      join(folder.path, out),
      "--quiet",
      "--json",
    ];
    await sysgen(args("undisturbed"));
    const before = server.billed.length;
    const { code, stdout } = await sysgen([...args("run"), flag, limit]);
    expect(code).toBe(3);
    const summary = JSON.parse(stdout) as {
      state: string;
      stoppedBy: string;
      rows: { done: number };
      calls: { calls: number; inputTokens: number; outputTokens: number }[];
      load: { inFlight: number; requests: number }[];
    };
    expect(summary).toMatchObject({ state: "stopped", stoppedBy: expect.stringMatching(said) });
    const paid = server.billed.length - before;
    const used = summary.calls.reduce(
      (sum, { calls, inputTokens, outputTokens }) => sum + (flag === "--max-calls" ? calls : inputTokens + outputTokens),
      0,
    );
    expect(used).toBeLessThanOrEqual(Number(limit));
    // Few rows are begun, so that most of what is paid comes to whole rows.
    if (flag === "--max-calls") expect(summary.rows.done).toBeGreaterThanOrEqual(6);
    expect(paid).toBeGreaterThan(0);
    // A call that the budget held back was not sent.
    expect(summary.load).toMatchObject([{ inFlight: 0, requests: paid }]);
    // The same budget again pays next to nothing, which is smaller calls of another row that still
    // fit. A larger budget goes on.
    expect((await sysgen([...args("run"), flag, limit])).code).toBe(3);
    expect(server.billed.length - before).toBeLessThanOrEqual(paid + 3);
    expect((await sysgen([...args("run"), flag, "1000000"])).code).toBe(0);
    expect(server.billed.length - before).toBe(60);
    const datasets = await Promise.all(["undisturbed", "run"].map((out) => readFile(join(folder.path, out, "dataset.jsonl"), "utf8")));
    expect(datasets[0]).toBe(datasets[1]);
  });

  test("a price that is not known is told, and tokens still cap", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(2));
    const args = [
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      join(folder.path, "run"),
      "--quiet",
      "--max-cost",
      "1",
    ];
    const refused = await sysgen(args);
    expect([refused.code, server.calls.length]).toEqual([2, 0]);
    expect(refused.stderr).toMatch(/the price of m is not known/);
    const capped = await sysgen([...args, "--max-tokens", "100"]);
    expect(capped.code).toBe(3);
    expect(capped.stderr).toMatch(/the price of m is not known.*--max-tokens holds/);
  });
});

test("a run of many rows ends within 128 MB of heap, and SIGTERM in the middle costs nothing", async () => {
  await using server = await startModelServer((call) => wellBehaved({ ...call, index: 0 }));
  await using folder = await temporaryFolder();
  const input = await folder.jsonl("rows.jsonl", questions(1_500));
  const out = join(folder.path, "run");
  const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--quiet", "--json"];
  const env = { NODE_OPTIONS: "--max-old-space-size=128" };
  const running = startSysgen(args, { env });
  while (server.calls.length < 900) await sleep(10);
  running.process.kill("SIGTERM");
  expect((await running.finished).code).toBe(130);
  const { code, stdout } = await sysgen(args, { env });
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { rows: unknown }).rows).toMatchObject({ done: 1_500 });
  expect(server.billed).toHaveLength(4_500);
});
