import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { startModelServer, wellBehaved, type Served } from "../fixtures/model-server.ts";
import { startCollector } from "../fixtures/otlp-collector.ts";
import { questions, readRun, startSysgen, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";

interface Event {
  event: string;
  [key: string]: unknown;
}

async function eventsIn(path: string): Promise<Event[]> {
  const lines = (await readFile(path, "utf8")).split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line) as Event);
}

/** Clears the OpenTelemetry variables of the environment. */
const silent = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith("OTEL_"))
    .map((name) => [name, ""]),
);

async function argsFor(folder: Folder, url: string, rows: number): Promise<{ args: string[]; out: string; log: string }> {
  const input = await folder.jsonl("rows.jsonl", questions(rows));
  const out = join(folder.path, "run");
  return {
    args: ["run", input, "--model", "m", "--preset", "paper", "--base-url", url, "--out", out, "--json"],
    out,
    log: join(folder.path, "events.jsonl"),
  };
}

describe("--log", () => {
  test("tells of a run from its start to its end; a resumed run goes on in the same file", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const { args, out, log } = await argsFor(folder, server.url, 5);
    const key = "sk-verysecretkey";
    for (const _ of [1, 2])
      expect((await sysgen([...args, "--concurrency", "4", "--log", log], { env: { ...silent, OPENAI_API_KEY: key } })).code).toBe(0);
    const events = await eventsIn(log);
    const second = events.findLastIndex(({ event }) => event === "run-start");
    expect(events[0]).toMatchObject({
      event: "run-start",
      folder: out,
      model: "m",
      judgeModel: "m",
      concurrency: 4,
      format: "question-answer",
    });
    const first = events.slice(1, second - 1);
    expect(first.filter(({ event }) => event === "call")).toHaveLength(15);
    expect(first.find(({ event }) => event === "call")).toMatchObject({
      phase: "generate",
      model: "m",
      inputTokens: 20,
      outputTokens: 5,
      finishReason: "stop",
    });
    expect(first.filter(({ event }) => event === "row").map(({ id }) => id)).toEqual(
      expect.arrayContaining(["q0", "q1", "q2", "q3", "q4"]),
    );
    expect(events[second - 1]).toMatchObject({
      event: "run-end",
      state: "finished",
      rows: { done: 5, dropped: 0, failed: 0, resumed: 0 },
      calls: { paid: 15 },
      tokens: { inputTokens: 300, outputTokens: 75 },
    });
    expect(events.at(-1)).toMatchObject({ event: "run-end", state: "finished", rows: { done: 0, resumed: 5 }, calls: { paid: 0 } });
    const text = await readFile(log, "utf8");
    for (const secret of [key, "fact number", "well known", "You are helper"]) expect(text).not.toContain(secret);
  });

  test("says why a run stopped, and that one was interrupted", async () => {
    await using folder = await temporaryFolder();
    await using locked = await startModelServer(() => ({ status: 401 }));
    const { args, log } = await argsFor(folder, locked.url, 3);
    expect((await sysgen([...args, "--log", log], { env: silent })).code).toBe(2);
    expect((await eventsIn(log)).at(-1)).toMatchObject({
      event: "run-end",
      state: "stopped",
      error: expect.stringContaining("answered 401"),
    });
    let running: ReturnType<typeof startSysgen> | undefined;
    await using server = await startModelServer(async (call): Promise<Served> => {
      if (call.index === 4) running?.process.kill("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 50));
      return wellBehaved(call);
    });
    const next = await argsFor(folder, server.url, 3);
    running = startSysgen([...next.args, "--log", log, "--concurrency", "1"], { env: silent });
    expect((await running.finished).code).toBe(130);
    expect((await eventsIn(log)).at(-1)).toMatchObject({ event: "run-end", state: "interrupted" });
  });

  test("a log that cannot be is refused before anything is paid", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const { args } = await argsFor(folder, server.url, 1);
    for (const bad of [folder.path, join(folder.path, "rows.jsonl"), "-"]) {
      const { code, stderr } = await sysgen([...args, "--log", bad], { env: silent });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: .*\.$/m);
    }
    expect(server.calls).toEqual([]);
  });

  test("comes from the config file too, and works with preview", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const { args, log } = await argsFor(folder, server.url, 2);
    const config = await folder.file("run.yaml", `log: ${log}\n`);
    expect((await sysgen(["preview", ...args.slice(1), "--config", config], { env: silent })).code).toBe(0);
    const events = await eventsIn(log);
    expect(events.filter(({ event }) => event === "row")).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ event: "run-end", state: "finished", rows: { done: 2 } });
  });
});

describe("OpenTelemetry", () => {
  test("is not loaded unless its variables are set", async () => {
    await using server = await startModelServer();
    await using collector = await startCollector();
    await using folder = await temporaryFolder();
    const { args } = await argsFor(folder, server.url, 1);
    const loads = async (argv: string[], env: Record<string, string> = {}): Promise<boolean> =>
      (await sysgen(argv, { env: { ...silent, NODE_DEBUG: "module", ...env } })).stderr.includes("@opentelemetry");
    expect(await loads(["--help"], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })).toBe(false);
    expect(await loads(args)).toBe(false);
    expect(await loads(args, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SDK_DISABLED: "true" })).toBe(false);
    expect(await loads(args, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })).toBe(true);
    expect(collector.requests.map(({ path, type }) => `${path} ${type}`).toSorted()).toEqual([
      "/v1/metrics application/x-protobuf",
      "/v1/traces application/x-protobuf",
    ]);
  });

  test("asked for but not installed: the run says how to install it, and goes on", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const { args } = await argsFor(folder, server.url, 1);
    const hooks = `export async function resolve(name, context, next) {
      if (name.startsWith("@opentelemetry/")) throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
      return next(name, context);
    }`;
    const code = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;
    const hiding = await folder.file("hiding.mjs", code);
    const env = { ...silent, OTEL_TRACES_EXPORTER: "otlp", NODE_OPTIONS: `--import=${pathToFileURL(hiding).href}` };
    const finished = await sysgen(args, { env });
    expect(finished.code).toBe(0);
    expect(finished.stderr.match(/OpenTelemetry.*/g)).toEqual([expect.stringMatching(/not installed.*npm install @opentelemetry/)]);
  });

  test("traces and metrics of a run reach a collector", async () => {
    let refused = 0;
    await using server = await startModelServer((call) =>
      call.phase === "respond" && refused++ === 0 ? { status: 503, headers: { "retry-after": "0" } } : wellBehaved(call),
    );
    await using collector = await startCollector();
    await using folder = await temporaryFolder();
    const { args } = await argsFor(folder, server.url, 4);
    const env = { ...silent, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" };
    const { code, stdout, stderr } = await sysgen(args, { env: { ...env, OTEL_RESOURCE_ATTRIBUTES: "team=data" } });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: "finished" });
    expect(stderr).not.toContain("OpenTelemetry");
    const root = collector.spans.find(({ span }) => span.name === "sysgen run");
    expect(root?.attributes).toMatchObject({ "sysgen.state": "finished", "sysgen.model": "m" });
    const calls = collector.spans.filter(({ span, attributes }) => span.name === "chat m" && !("error.type" in attributes));
    expect(calls).toHaveLength(12);
    for (const { span, attributes } of calls) {
      expect(span).toMatchObject({ kind: 3, parentSpanId: root?.span.spanId });
      expect(attributes).toMatchObject({
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "m",
        "gen_ai.usage.input_tokens": 20,
        "gen_ai.usage.output_tokens": 5,
      });
    }
    expect(new Set(calls.map(({ attributes }) => attributes["sysgen.phase"]))).toEqual(new Set(["generate", "verify", "respond"]));
    // Neither the host's name nor the command line is sent.
    expect(Object.keys(collector.resources[0] ?? {}).filter((name) => /^(host|process)\./.test(name))).toEqual([]);
    expect(collector.resources[0]).toMatchObject({ "service.name": "sysgen", team: "data" });
    expect([...collector.metrics.keys()]).toEqual(expect.arrayContaining(["gen_ai.client.token.usage", "sysgen.rows"]));
    expect(collector.metrics.get("sysgen.rows")).toMatchObject({ unit: "{row}", sum: { dataPoints: [{ asDouble: 4 }] } });
  });

  test("what asks for one signal gets that one", async () => {
    await using server = await startModelServer();
    await using collector = await startCollector();
    await using folder = await temporaryFolder();
    const { args } = await argsFor(folder, server.url, 1);
    await sysgen(args, { env: { ...silent, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/traces` } });
    expect(collector.requests.map(({ path }) => path)).toEqual(["/traces"]);
  });

  test.each(["nobody listens", "it never answers"])("a collector that is dead (%s) neither fails nor holds up the run", async (how) => {
    await using server = await startModelServer();
    await using collector = await startCollector({ deaf: true });
    await using folder = await temporaryFolder();
    const { args, out } = await argsFor(folder, server.url, 50);
    const url = how === "nobody listens" ? await closedPort() : collector.url;
    const started = performance.now();
    const env = { ...silent, OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "16" };
    const { code, stdout, stderr } = await sysgen(args, { env });
    // Without an end of its own, the export of every batch of 16 spans would be waited for 10 s.
    expect(performance.now() - started).toBeLessThan(25_000);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: { done: 50 } });
    expect((await readRun(out)).dataset).toHaveLength(50);
    expect(stderr.match(/OpenTelemetry: .*/g)).toHaveLength(1);
  });
});

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
