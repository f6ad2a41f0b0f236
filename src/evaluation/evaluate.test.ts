import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { shown, startModelServer, wellBehaved, type ModelServer, type Served, type ServedCall } from "../../test/fixtures/model-server.ts";
import { questions, temporaryFolder, type Folder } from "../../test/fixtures/sysgen.ts";
import { resolveConfig } from "../config/run-config.ts";
import { openExportedRun } from "../exports/exported-row.ts";
import { divideRows } from "../exports/held-out.ts";
import { runPipeline } from "../pipeline/run-pipeline.ts";
import { resolveEvaluateConfig, type EvaluateOptions } from "./evaluate-config.ts";
import { evaluateRecord, type BenchmarkRecord, type EvaluateRecord } from "./evaluate-record.ts";
import { evaluate } from "./evaluate.ts";
import type { EvaluateTools, HarnessOptions } from "./tools.ts";

let folder: Folder;
let server: ModelServer;
let serve: (call: ServedCall) => Served;
let outs = 0;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startModelServer((call) => serve(call));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});
beforeEach(() => {
  serve = answering;
  server.calls.length = 0;
  server.probes.length = 0;
  server.billed.length = 0;
});

/** The judge gives marks and verdicts, and the model answers without a comma. */
function answering({ body }: ServedCall): Served {
  if (body.model !== "j") return { text: `Answer ${body.messages.length}` };
  return { text: body.messages[0]?.content.includes("by one rubric") === true ? "Feedback: good [RESULT] 4" : "Reason: r\nVerdict: yes" };
}

const prompts = Array.from({ length: 4 }, (_, key) => ({
  key,
  prompt: `Question ${key}`,
  instruction_id_list: ["punctuation:no_comma"],
  kwargs: [{}],
  messages: [
    { role: "system", content: `No commas, item ${key}.` },
    { role: "user", content: `Question ${key}` },
  ],
}));
const rubrics = ["style", "knowledge", "insight", "harm"].map((criteria) => ({ criteria, score_descriptions: { "1": "bad" } }));
const multifacetRows = [0, 1, 2].map((id) => ({
  id,
  source: "koala",
  system: "Be kind.",
  prompt: `Ask ${id}`,
  reference_answer: "A",
  rubrics,
}));

const newOut = (): string => join(folder.path, `out-${outs++}`);

interface Evaluated {
  readonly record: EvaluateRecord;
  readonly benchmark: (name: string) => BenchmarkRecord;
  readonly notices: readonly string[];
  readonly state: string;
}

async function evaluated(
  options: EvaluateOptions,
  { model = "m", tools }: { model?: string; tools?: Partial<EvaluateTools> } = {},
): Promise<Evaluated> {
  const notices: string[] = [];
  const observer = { onNotice: (text: string) => void notices.push(text) };
  const { state, stoppedBy: _, ...summary } = await evaluate(resolveEvaluateConfig(model, options), { env: {}, observer }, tools);
  const record = evaluateRecord.parse(JSON.parse(await readFile(join(options.out, "evaluate.json"), "utf8")));
  expect(summary.benchmarks).toEqual(record.benchmarks);
  const benchmark = (name: string): BenchmarkRecord => {
    const found = record.benchmarks[name];
    if (found === undefined) throw new Error(`no record of ${name}`);
    return found;
  };
  return { record, benchmark, notices, state };
}

async function itemsOf(out: string, name: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(out, name, "items.jsonl"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function data() {
  return {
    "s-ifeval": await folder.jsonl("s-ifeval.jsonl", prompts),
    multifacet: await folder.jsonl("multifacet.jsonl", multifacetRows),
  };
}

const withJudge = { judgeModel: "j", maxRetries: 0 } as const;

test("a limit is partial, the same command asks nothing, all items ask the rest, and what is done stays", async () => {
  const options = { on: "s-ifeval", out: newOut(), baseUrl: server.url, data: { "s-ifeval": (await data())["s-ifeval"] } };
  const partial = await evaluated({ ...options, limit: 1 });
  expect(partial.benchmark("s-ifeval")).toMatchObject({
    state: "partial",
    items: 1,
    of: 4,
    calls: 1,
    tokens: { prompt: 20, completion: 5 },
  });
  expect(partial.benchmark("s-ifeval").cause).toContain("1 of 4 items");
  await evaluated({ ...options, limit: 1 });
  expect(server.calls).toHaveLength(1);
  const { benchmark, record } = await evaluated(options);
  expect(server.calls).toHaveLength(4);
  expect(benchmark("s-ifeval")).toMatchObject({ state: "done", items: 4, of: 4, calls: 4, mainFigure: "prompt-strict" });
  expect(benchmark("s-ifeval").figures[0]).toMatchObject({ name: "prompt-strict", value: 1, high: 1, items: 4 });
  expect(record.model).toEqual({ name: "m", kind: "server" });
  expect(record.settings).toEqual({ temperature: 0 });
  expect((await itemsOf(options.out, "s-ifeval")).map(({ id, scores }) => [id, scores])[3]).toMatchObject(["3", { "prompt-strict": 1 }]);
  const again = await evaluated({ ...options, limit: 1 });
  expect(again.benchmark("s-ifeval")).toEqual(benchmark("s-ifeval"));
  expect(again.notices.join()).toContain("s-ifeval is done already");
  expect(server.calls[0]?.body).toMatchObject({ temperature: 0, max_tokens: 1280, messages: prompts[0]?.messages });
});

test("a limit that is exact gives the figures of its items alone, without a call, also after more of them", async () => {
  const options = { on: "s-ifeval", out: newOut(), baseUrl: server.url, data: { "s-ifeval": (await data())["s-ifeval"] } };
  serve = (call) => (call.body.messages.at(-1)?.content === "Question 0" ? { text: "No, no" } : answering(call));
  await evaluated({ ...options, limit: 3 });
  const kept = await evaluated({ ...options, limit: 2 });
  expect(kept.benchmark("s-ifeval").items).toBe(3);
  expect(kept.notices.join()).toContain("an earlier command asked 3 items");
  const few = async () => (await evaluate({ ...resolveEvaluateConfig("m", { ...options, limit: 2 }), isLimitExact: true })).benchmarks;
  const ofTwo = (await few())["s-ifeval"];
  expect(ofTwo).toMatchObject({ state: "partial", items: 2 });
  expect(ofTwo?.figures[0]).toMatchObject({ value: 0.5, items: 2 });
  expect(await itemsOf(options.out, "s-ifeval")).toHaveLength(2);
  expect((await evaluated(options)).benchmark("s-ifeval")).toMatchObject({ state: "done", calls: 4 });
  expect((await few())["s-ifeval"]).toMatchObject({ state: "partial", items: 2 });
  expect(server.calls).toHaveLength(4);
});

test("other items of a benchmark are refused before a call, and what is there stays", async () => {
  const options = { on: "s-ifeval", out: newOut(), baseUrl: server.url, data: { "s-ifeval": (await data())["s-ifeval"] }, limit: 1 };
  const { record } = await evaluated(options);
  const other = await folder.jsonl("other.jsonl", prompts.slice(1));
  await expect(evaluated({ ...options, data: { "s-ifeval": other } })).rejects.toThrow(
    /holds s-ifeval over .*s-ifeval\.jsonl, and this is over .*other\.jsonl\. .* Choose another --out\./,
  );
  await folder.jsonl("s-ifeval.jsonl", prompts.slice(2));
  await expect(evaluated(options)).rejects.toThrow(/holds s-ifeval over other items of .*s-ifeval\.jsonl\./);
  await data();
  expect((await evaluated(options)).record).toEqual(record);
  expect(server.calls).toHaveLength(1);
});

test("other settings and another model are refused, each by its name", async () => {
  const options = { on: "s-ifeval", out: newOut(), baseUrl: server.url, data: { "s-ifeval": (await data())["s-ifeval"] }, limit: 1 };
  await evaluated(options);
  await expect(evaluated({ ...options, temperature: 1 })).rejects.toThrow(
    /holds an evaluation with temperature 0, and this one has 1\. Choose another --out/,
  );
  await expect(evaluated({ ...options, systemAs: "user" })).rejects.toThrow(/system-as system, and this one has user/);
  await expect(evaluated(options, { model: "other" })).rejects.toThrow(/model m, and this one has other/);
  // A judge that is named later changes nothing that was asked.
  const judged = { ...options, ...withJudge, on: "multifacet", data: { multifacet: (await data()).multifacet } };
  expect(Object.keys((await evaluated(judged)).record.benchmarks)).toEqual(["s-ifeval", "multifacet"]);
  await expect(evaluated({ ...judged, judgeModel: "k" })).rejects.toThrow(/judge j, and this one has k/);
  await expect(evaluated({ ...judged, judgeRuns: 2 })).rejects.toThrow(/judge runs 1, and this one has 2/);
  // No judge is asked here.
  expect((await evaluated({ ...options, judgeModel: "k" })).record.judge).toBe("j");
});

test.each<[string, EvaluateOptions, RegExp]>([
  ["an unknown benchmark", { on: "s-ifval", out: "x" }, /Unknown benchmark "s-ifval"\. Expected own, s-ifeval/],
  ["a judged one without a judge", { on: "multifacet", out: "x" }, /Which model is to judge multifacet\?/],
  ["data that nobody asks for", { on: "s-ifeval", out: "x", data: { sysbench: "y" } }, /--data sysbench=\.\.\.: sysbench is not among/],
  ["data without its benchmark", { on: "s-ifeval", out: "x", data: ["rows.jsonl"] }, /expected a benchmark and its file/],
  ["own without a run", { on: "own", out: "x", judgeModel: "j" }, /Name its directory: --run/],
])("%s is an error before anything is asked", async (_, options, message) => {
  const run = async () => evaluate(resolveEvaluateConfig("m", { ...options, baseUrl: server.url }), { env: {} });
  await expect(run()).rejects.toThrow(message);
  expect(server.calls).toHaveLength(0);
});

test("checked benchmarks come before judged ones; a judge that refuses stops, and the answers are kept", async () => {
  const options = { ...withJudge, on: ["multifacet", "s-ifeval"], out: newOut(), baseUrl: server.url, data: await data() };
  serve = (call) => (call.body.model === "j" ? { status: 401, body: '{"error":{"message":"wrong key"}}' } : answering(call));
  await expect(evaluated(options)).rejects.toThrow(/The evaluation stopped: .*401.*mend this and run the same command again/s);
  const record = evaluateRecord.parse(JSON.parse(await readFile(join(options.out, "evaluate.json"), "utf8")));
  expect(record.benchmarks["s-ifeval"]).toMatchObject({ state: "done", items: 4 });
  expect(record.benchmarks["multifacet"]).toMatchObject({ state: "failed", items: 0 });
  serve = answering;
  const paid = server.billed.length;
  const { benchmark } = await evaluated(options);
  expect(benchmark("multifacet")).toMatchObject({
    state: "done",
    items: 3,
    calls: 3 * 5,
    prompts: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(benchmark("multifacet").figures[0]).toMatchObject({ name: "mark", value: 4, low: null, high: null, unit: "mark" });
  const asked = server.billed.slice(paid);
  expect(asked.filter((call) => call.includes("by one rubric"))).toHaveLength(12);
  // What was answered before the judge refused is not asked again.
  expect(server.billed.filter((call) => !call.includes("by one rubric"))).toHaveLength(4 + 3);
});

test("an item whose call fails leaves the others, is named, and is asked again alone", async () => {
  const options = { ...withJudge, on: "s-ifeval", out: newOut(), baseUrl: server.url, data: { "s-ifeval": (await data())["s-ifeval"] } };
  serve = (call) => (call.body.messages.at(-1)?.content === "Question 2" ? { status: 500 } : answering(call));
  const broken = await evaluated(options);
  expect(broken.benchmark("s-ifeval")).toMatchObject({ state: "partial", items: 3, failed: 1 });
  expect(broken.benchmark("s-ifeval").cause).toMatch(/^1 of 4 items failed: .*500/);
  serve = answering;
  const paid = server.billed.length;
  expect((await evaluated(options)).benchmark("s-ifeval")).toMatchObject({ state: "done", items: 4 });
  expect(server.billed.length - paid).toBe(1);
});

test("a budget stops it, counts over the folder's life, and more of it goes on", async () => {
  const options = { on: "s-ifeval", out: newOut(), baseUrl: server.url, data: { "s-ifeval": (await data())["s-ifeval"] }, concurrency: 1 };
  const stopped = await evaluated({ ...options, maxCalls: 2 });
  expect(stopped.state).toBe("stopped");
  expect(stopped.benchmark("s-ifeval")).toMatchObject({ state: "stopped", items: 2, calls: 2 });
  expect(stopped.benchmark("s-ifeval").cause).toMatch(/2 of 4 items have scores\.$/);
  expect((await evaluated({ ...options, maxCalls: 2 })).benchmark("s-ifeval").calls).toBe(2);
  expect((await evaluated({ ...options, maxCalls: 4 })).benchmark("s-ifeval")).toMatchObject({ state: "done", calls: 4 });
});

test("an interruption keeps what was answered, and the same command goes on", async () => {
  const options = { on: "s-ifeval", out: newOut(), baseUrl: server.url, data: { "s-ifeval": (await data())["s-ifeval"] }, concurrency: 1 };
  const interrupt = new AbortController();
  serve = (call) => {
    if (call.body.messages.at(-1)?.content === "Question 1") interrupt.abort();
    return answering(call);
  };
  const { state, benchmarks } = await evaluate(resolveEvaluateConfig("m", options), { env: {}, signal: interrupt.signal });
  expect([state, benchmarks["s-ifeval"]?.state]).toEqual(["interrupted", "stopped"]);
  const kept = server.billed.length;
  expect(benchmarks["s-ifeval"]?.items).toBe(kept);
  expect((await evaluated(options)).benchmark("s-ifeval")).toMatchObject({ state: "done", items: 4 });
  expect(server.billed).toHaveLength(4);
});

test("the system message may stand in the user's turn, and runs of the judge have a figure each", async () => {
  let judged = 0;
  serve = (call) => (call.body.model === "j" ? { text: `Feedback: f [RESULT] ${1 + (judged++ % 5)}` } : answering(call));
  const options = { ...withJudge, on: "multifacet", out: newOut(), baseUrl: server.url, data: { multifacet: (await data()).multifacet } };
  const { benchmark, record } = await evaluated({ ...options, systemAs: "user", judgeRuns: 3, judgeMaxOutputTokens: 77 });
  expect(record).toMatchObject({ systemAs: "user", judge: "j", judging: { runs: 3, "max-output-tokens": 77 } });
  expect(benchmark("multifacet").figures.flatMap(({ name }) => (name.startsWith("run:") ? [name] : []))).toEqual([
    "run:1",
    "run:2",
    "run:3",
  ]);
  const [answers, judgements] = [
    server.calls.filter(({ body }) => body.model === "m"),
    server.calls.filter(({ body }) => body.model === "j"),
  ];
  expect(answers.map(({ body }) => body.messages)).toContainEqual([{ role: "user", content: "Be kind.\n\nAsk 0" }]);
  expect(judgements).toHaveLength(3 * 4 * 3);
  expect(new Set(judgements.map(({ body }) => [body["max_tokens"], body.temperature].join()))).toEqual(new Set(["77,1"]));
});

test("own asks about the rows that were held out, a phrase at a time, at even odds", async () => {
  serve = (call) => wellBehaved({ ...call, index: 0 });
  const run = join(folder.path, "run");
  const input = await folder.jsonl("rows.jsonl", questions(20));
  await runPipeline(resolveConfig({ input, out: run, model: "m", baseUrl: [server.url], preset: "paper" }), { env: {} });
  server.calls.length = 0;
  serve = (call) => {
    if (call.body.model !== "j") return { text: "A new answer." };
    const { phrase = "", response } = shown(call.body.messages.at(-1)?.content ?? "");
    expect(response).toBe("A new answer.");
    return { text: phrase.startsWith("Role") ? "Irrelevant" : phrase.startsWith("Style") ? "No" : "Yes" };
  };
  const heldOut = { share: 0.3, seed: 3 };
  await using exported = await openExportedRun(run);
  const expected = divideRows(exported, heldOut).heldOut.map(({ id }) => id);
  const options = { ...withJudge, on: "own", out: newOut(), baseUrl: server.url, run, heldOut: heldOut.share, splitSeed: heldOut.seed };
  const { benchmark } = await evaluated(options);
  expect(expected.length).toBeGreaterThan(1);
  expect((await itemsOf(options.out, "own")).map(({ id }) => id)).toEqual(expected);
  expect(benchmark("own")).toMatchObject({ state: "done", of: expected.length, mainFigure: "obeyed" });
  const figures = Object.fromEntries(benchmark("own").figures.map(({ name, value }) => [name, value]));
  expect(figures).toMatchObject({ "tag:Role": null, "tag:Style": 0, "tag:Format": 1, "tag:Task": 1 });
  expect(figures["obeyed"]).toBeCloseTo(2 / 3);
  const answered = server.calls.filter(({ body }) => body.model === "m").map(({ body }) => body.messages.map(({ role }) => role));
  expect(answered).toEqual(expected.map(() => ["system", "user"]));
  // A run's folder and an evaluation's are kept apart.
  await expect(evaluated({ ...options, out: run })).rejects.toThrow(/holds a run\. Choose another --out/);
  const rerun = runPipeline(resolveConfig({ input, out: options.out, model: "m", baseUrl: [server.url] }), { env: {} });
  await expect(rerun).rejects.toThrow(/holds an evaluation of a model/);
});

test("a folder is served, asked as it was trained, and closed; another role is refused", async () => {
  const model = join(folder.path, "trained");
  await mkdir(model);
  await writeFile(join(model, "config.json"), "{}");
  await writeFile(join(model, "model.safetensors"), "weights");
  await writeFile(join(model, "chat_template.jinja"), "template");
  const train = {
    format: "sysgen-train/1",
    state: "done",
    systemRole: "first-user",
    run: { folder: "runs/none", dataset: "0", generator: "m" },
    heldOut: { share: 0.1, seed: 0 },
  };
  await writeFile(join(model, "train.json"), JSON.stringify(train));
  let closed = 0;
  const tools: Partial<EvaluateTools> = {
    serveFolder: ({ folder: served, log }) => {
      expect([served, log]).toEqual([model, join(options.out, "server.log")]);
      return Promise.resolve({ baseUrl: server.url, model: "served", versions: { transformers: "5" }, close: async () => void closed++ });
    },
  };
  const options = { on: "s-ifeval", out: newOut(), data: { "s-ifeval": (await data())["s-ifeval"] }, limit: 1 };
  const { record, benchmark } = await evaluated(options, { model, tools });
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(record.model).toEqual({ name: model, kind: "folder", weights: hash, template: hash, systemRole: "first-user" });
  expect(benchmark("s-ifeval").versions).toEqual({ transformers: "5" });
  expect(closed).toBe(1);
  expect(server.calls[0]?.body).toMatchObject({
    model: "served",
    messages: [{ role: "user", content: "No commas, item 0.\n\nQuestion 0" }],
  });
  await expect(evaluated({ ...options, systemRole: "system" }, { model, tools })).rejects.toThrow(/trained with --system-role first-user/);
  await expect(evaluated({ ...options, out: newOut(), python: "no/python" }, { model })).rejects.toThrow(
    /No Python interpreter at no\/python/,
  );
  await writeFile(join(model, "model.safetensors"), "other weights");
  await expect(evaluated(options, { model, tools })).rejects.toThrow(/holds an evaluation with weights/);
  await writeFile(join(model, "train.json"), JSON.stringify({ ...train, state: "stopped" }));
  await expect(evaluated(options, { model, tools })).rejects.toThrow(/is stopped, so there is no model yet/);
});

test("a folder that is served here costs nothing, so that the judge alone has a cost, which can be limited", async () => {
  const model = join(folder.path, "priced");
  await mkdir(model);
  await writeFile(join(model, "config.json"), "{}");
  await writeFile(join(model, "model.safetensors"), "weights");
  const tools: Partial<EvaluateTools> = {
    serveFolder: () => Promise.resolve({ baseUrl: server.url, model: "served", versions: {}, close: async () => {} }),
  };
  const options = {
    ...withJudge,
    judgeBaseUrl: server.url,
    on: "multifacet",
    out: newOut(),
    data: { multifacet: (await data()).multifacet },
  };
  const config = resolveEvaluateConfig(model, { ...options, maxCost: 5 }, { prices: { j: { input: 100, output: 100 } } });
  const { benchmarks } = await evaluate(config, { env: {} }, tools);
  expect(benchmarks["multifacet"]?.cost).toBeCloseTo((12 * 25 * 100) / 1e6, 6);
  const unknown = resolveEvaluateConfig(model, { ...options, out: newOut(), maxCost: 5 });
  await expect(evaluate(unknown, { env: {} }, tools)).rejects.toThrow(/the price of j is not known/);
});

test("an untrained folder whose template refuses system messages is asked with them in the user's", async () => {
  const model = join(folder.path, "untrained");
  await mkdir(model);
  await writeFile(join(model, "config.json"), "{}");
  await writeFile(join(model, "model.safetensors"), "weights");
  await writeFile(
    join(model, "chat_template.jinja"),
    "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}",
  );
  const tools: Partial<EvaluateTools> = {
    serveFolder: () => Promise.resolve({ baseUrl: server.url, model: "served", versions: {}, close: async () => {} }),
  };
  const options = { on: "s-ifeval", out: newOut(), data: { "s-ifeval": (await data())["s-ifeval"] }, limit: 1 };
  const { record, notices } = await evaluated(options, { model, tools });
  expect(record).toMatchObject({ systemAs: "system", model: { foldsSystem: true } });
  expect(notices).toContainEqual(expect.stringContaining("refuses system messages or does not write them before every response"));
  expect(server.calls.at(-1)?.body.messages).toEqual([{ role: "user", content: "No commas, item 0.\n\nQuestion 0" }]);
  await expect(evaluated({ ...options, systemRole: "system" }, { model, tools })).rejects.toThrow(/--system-role system cannot be kept/);
  const asUser = await evaluated({ ...options, out: newOut(), systemAs: "user" }, { model, tools });
  expect(asUser.record.model).not.toHaveProperty("foldsSystem");
  // Earlier versions knew fewer templates that take none, and none of a folder that has several.
  const { foldsSystem: _folds, template: _template, ...before } = record.model;
  const write = (change: Partial<EvaluateRecord>): Promise<void> =>
    writeFile(join(options.out, "evaluate.json"), JSON.stringify({ ...record, model: before, ...change }));
  await write({});
  const more = () => evaluated({ ...options, limit: 2 }, { model, tools });
  await expect(more()).rejects.toThrow(/holds an evaluation with folding of system messages off, and this one has on\. Choose another/);
  await write({ benchmarks: {} });
  expect((await more()).benchmark("s-ifeval").items).toBe(2);
  await write({ model: { ...before, foldsSystem: true } });
  await more();
  await evaluated({ ...options, out: newOut(), systemRole: "first-user" }, { model, tools });
});

test("tasks of the harness are checked before anything is asked, and their records stand beside the others", async () => {
  const asked: HarnessOptions[] = [];
  const order: string[] = [];
  const harness: EvaluateTools["harness"] = {
    names: ["mmlu"],
    check: (names, options) => {
      order.push(`check ${names.join()}, ${server.calls.length} calls`);
      asked.push(options);
      return Promise.resolve({
        ask: (name) => {
          order.push(`ask ${name}, ${server.calls.length} calls`);
          const counts = { items: 1, of: 1, seconds: 1, calls: 2, tokens: { prompt: 0, completion: 0 } };
          const record = { ...counts, state: "done", figures: [], mainFigure: "accuracy", data: { from: "hub" } } as const;
          return Promise.resolve({ record, scored: [{ id: "mmlu_anatomy/0", scores: { accuracy: 1 }, detail: null }] });
        },
      });
    },
  };
  const options = {
    on: "mmlu,s-ifeval",
    out: newOut(),
    baseUrl: server.url,
    data: { "s-ifeval": (await data())["s-ifeval"], mmlu: "root" },
  };
  const { record } = await evaluated(options, { tools: { harness } });
  expect(order).toEqual(["check mmlu, 0 calls", "ask mmlu, 4 calls"]);
  expect(asked).toMatchObject([{ about: { kind: "server" }, config: { out: options.out, data: { mmlu: "root" } } }]);
  expect(await readFile(join(options.out, "mmlu", "items.jsonl"), "utf8")).toContain('"mmlu_anatomy/0"');
  expect(Object.keys(record.benchmarks)).toEqual(["s-ifeval", "mmlu"]);
});
