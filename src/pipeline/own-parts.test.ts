import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startModelServer, wellBehaved, type ModelServer } from "../../test/fixtures/model-server.ts";
import { questions, readRun, temporaryFolder, type Folder } from "../../test/fixtures/sysgen.ts";
import { analyzeRun } from "../analysis/analyze.ts";
import type { ConfigInput } from "../config/config-schema.ts";
import { resolveConfig } from "../config/run-config.ts";
import type { OwnFormat } from "../datasets/formats/own-format.ts";
import { ModelError } from "../errors.ts";
import { exportRun } from "../exports/export-run.ts";
import type { OwnModel } from "../models/own/own-model.ts";
import type { OwnGate } from "../phases/own/own-gate.ts";
import type { OwnPhase } from "../phases/own/own-phase.ts";
import type { RunSummary } from "../runs/summary.ts";
import type { PipelineOptions } from "./own-parts.ts";
import { runPipeline } from "./run-pipeline.ts";

interface Place {
  readonly folder: Folder;
  readonly server: ModelServer;
}

/** A run of rows in the folder's `run`. */
async function run(
  { folder, server }: Place,
  parts: PipelineOptions,
  { rows = questions(3), ...more }: ConfigInput & { rows?: readonly object[] } = {},
): Promise<RunSummary> {
  const input = await folder.jsonl("rows.jsonl", rows);
  const verify = { calibrationRows: 0 };
  const out = join(folder.path, "run");
  return runPipeline(resolveConfig({ input, out, model: "m", baseUrl: server.url, verify, concurrency: 4, ...more }), {
    env: {},
    ...parts,
  });
}

/** The place of a run, with what is said of it. */
async function place(): Promise<Place & AsyncDisposable> {
  const [folder, server] = await Promise.all([temporaryFolder(), startModelServer()]);
  return {
    folder,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
const rejectedIn = async ({ folder }: Place) => (await readRun(join(folder.path, "run"))).rejected;

describe("a gate of one's own", () => {
  const catching = (id: string, more: Partial<OwnGate> = {}): OwnGate => ({
    name: "mine",
    find: ({ example }) => example.id === id && "not this one",
    ...more,
  });

  test("sees the response with all that belongs to it", async () => {
    await using at = await place();
    const seen: unknown[] = [];
    const rows = [{ ...questions(1)[0], level: 5 }];
    await run(at, { gates: [{ name: "mine", find: (input) => void seen.push(input) }] }, { rows });
    expect(seen).toMatchObject([
      {
        response: "Response to: What is fact number 0?",
        original: "Fact 0 is well known.",
        systemMessage: expect.stringContaining("You are helper number"),
        instruction: "What is fact number 0?",
        history: [{ role: "user", content: "What is fact number 0?" }],
        turn: 0,
        columns: { level: 5 },
        finishReason: "stop",
        usage: { inputTokens: 20, outputTokens: 5 },
      },
    ]);
  });

  test("asks again by itself, drops by its policy, and the configuration wins", async () => {
    await using at = await place();
    const { gates } = await run(at, { gates: [catching("q1")] }, { maxReasks: 1 });
    expect(gates).toMatchObject({ "mine: retried": 1, "mine: kept-original": 1 });
    const dropped = await run(at, { gates: [catching("q1", { policy: "drop" })] }, { force: true });
    expect(dropped.rejected).toMatchObject([{ phase: "respond", reason: "gate-mine", rows: 1 }]);
    const off = await run(at, { gates: [catching("q1", { policy: "drop" })] }, { force: true, respond: { gates: { mine: "off" } } });
    expect(off.rows.done).toBe(3);
  });

  test("that throws fails the row with its place; mended, the row is made again without a call", async () => {
    await using at = await place();
    const notices: string[] = [];
    const gate = catching("", {
      version: "1",
      find: ({ example: { id } }) => {
        if (id === "q1") throw new RangeError("no such level");
        return undefined;
      },
    });
    const first = await run(at, { gates: [gate], observer: { onNotice: (text) => notices.push(text) } });
    expect(first.rows).toMatchObject({ done: 2, failed: 1 });
    expect(await rejectedIn(at)).toMatchObject([
      {
        id: "q1",
        outcome: "failed",
        phase: "respond",
        reason: "own-code",
        detail: expect.stringMatching(/^the gate mine threw RangeError: no such level/),
      },
    ]);
    expect(notices.filter((text) => text.includes("the gate mine threw"))).toHaveLength(1);
    const calls = at.server.calls.length;
    const again = await run(at, { gates: [catching("", { version: "1" })] });
    expect([again.rows.done, at.server.calls.length]).toEqual([3, calls]);
  });

  test("that throws for each row stops the run", async () => {
    await using at = await place();
    const broken: OwnGate = { name: "mine", find: ({ columns }) => (columns["most"] as { value: number }).value > 1 && "large" };
    await expect(run(at, { gates: [broken] }, { rows: questions(40) })).rejects.toThrow(
      /The run stopped: the gate mine threw TypeError.*again with --force, because mended code is other code/,
    );
    expect(at.server.calls.filter(({ phase }) => phase === "generate").length).toBeLessThan(40);
  });

  test.each<[string, () => unknown]>([
    ["a number", () => 5],
    ["true", () => true],
  ])("that gives back %s fails the row", async (_name, find) => {
    await using at = await place();
    await run(at, { gates: [{ name: "mine", find: find as OwnGate["find"] }] }, { rows: questions(1) });
    expect(await rejectedIn(at)).toMatchObject([{ reason: "own-code", detail: expect.stringContaining("where a sentence was expected") }]);
  });

  test("of other code is another configuration; no gate at all is the one of before", async () => {
    await using at = await place();
    await run(at, { gates: [catching("q1")] });
    const other = catching("q1", { find: () => false });
    await expect(run(at, { gates: [other] })).rejects.toThrow(/code\.gate\.mine: "[0-9a-f]{12}" there, "[0-9a-f]{12}" now/);
    await expect(run(at, {}, { respond: { gates: { mine: "drop" } } })).rejects.toThrow("respond.gates.mine: no gate has this name");
  });
});

describe("a phase of one's own", () => {
  const asking: OwnPhase = {
    name: "level",
    after: "verify",
    async run({ example, messages, systemMessage }, { ask, drop }) {
      if (example.id === "q2") return drop("too-easy", "anybody knows this");
      const { text } = await ask(`How hard is ${example.id}?`, { model: "judge" });
      return { text, before: messages.length, isWritten: systemMessage !== "" };
    },
  };

  test("asks through the journal, adds to the row's line, and drops with a reason", async () => {
    await using at = await place();
    const last: OwnPhase = { name: "last", run: ({ added, messages }) => [Object.keys(added), messages.length] };
    const { calls, rejected, phases } = await run(at, { phases: [asking, last] });
    expect(calls.find(({ phase }) => phase === "level")?.calls).toBe(2);
    expect(phases.map(({ phase, in: came, out }) => `${phase} ${came} ${out}`)).toEqual([
      "generate 3 3",
      "filter 3 3",
      "verify 3 3",
      "level 3 2",
      "respond 2 2",
      "last 2 2",
    ]);
    expect(rejected).toMatchObject([{ phase: "level", reason: "too-easy", rows: 1 }]);
    expect(at.server.calls.filter(({ phase, body }) => phase === "respond" && body.messages.length > 1)).toHaveLength(2);
    const lines = (await readFile(join(at.folder.path, "run", "dataset.jsonl"), "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).sysgen.added)).toEqual(
      ["q0", "q1"].map((id) => ({ level: { text: `Response to: How hard is ${id}?`, before: 0, isWritten: true }, last: [["level"], 2] })),
    );
    const paid = at.server.calls.length;
    await run(at, { phases: [asking, { ...last, version: "2" }] }, { force: true });
    expect(at.server.calls.length).toBe(paid);
  });

  test("that throws, or gives back what is no JSON, fails the row", async () => {
    await using at = await place();
    const broken: OwnPhase = {
      name: "level",
      run: ({ example }) => {
        if (example.id === "q0") throw new Error("no table");
        return example.id === "q1" ? 1n : undefined;
      },
    };
    expect((await run(at, { phases: [broken] })).rows).toMatchObject({ done: 1, failed: 2 });
    expect((await rejectedIn(at)).map(({ detail }) => detail)).toEqual([
      expect.stringContaining("the phase level threw Error: no table"),
      expect.stringContaining("the phase level gave back what is no JSON"),
    ]);
  });
});

describe("a model of one's own", () => {
  /** Answers as the server of the tests does. */
  const served = (more: Partial<OwnModel> = {}): OwnModel => ({
    name: "mine",
    chat: async (messages) => {
      const text = messages.map(({ content }) => content).join("\n");
      const phase = text.includes("You write system messages") ? "generate" : "respond";
      const reply = wellBehaved({ phase, body: { model: "mine", messages: [...messages] }, headers: {}, index: 0 });
      return "text" in reply ? (reply.text ?? "") : "";
    },
    ...more,
  });

  test("writes in place of the generator; the judge stays; nothing is paid twice", async () => {
    await using at = await place();
    const parts = { models: { generator: served() } };
    const { rows, calls } = await run(at, parts, { judgeModel: "m", maxCalls: 100 });
    expect([rows.done, calls.find(({ phase }) => phase === "generate")?.calls]).toEqual([3, 3]);
    expect(new Set(at.server.calls.map(({ phase }) => phase))).toEqual(new Set(["verify"]));
    const manifest = JSON.parse(await readFile(join(at.folder.path, "run", "run.json"), "utf8"));
    expect([manifest.identity.model.value, manifest.identity["code.model"].phase, manifest.config.generator.own]).toEqual([
      "mine",
      "generate",
      undefined,
    ]);
    const never = served({ chat: () => Promise.reject(new Error("called")), version: manifest.identity["code.model"].value });
    expect((await run(at, { models: { generator: never } }, { judgeModel: "m", maxCalls: 100 })).rows.done).toBe(3);
  });

  test("is asked again after an error, and its mistakes and what is no reply stop the run at once", async () => {
    await using at = await place();
    let failures = 2;
    const busy = served({
      chat: (messages, options) => (failures-- > 0 ? Promise.reject(new Error("busy")) : served().chat(messages, options)),
    });
    expect((await run(at, { models: { generator: busy } }, { judgeModel: "m" })).rows.done).toBe(3);
    const broken: readonly [OwnModel["chat"], RegExp][] = [
      [() => Promise.reject(new TypeError("x is not a function")), /the model broken-0 threw TypeError: x is not a function/],
      [() => Promise.resolve({ words: "hello" } as never), /the model broken-1 gave back no text/],
      [() => Promise.reject(new ModelError("auth", "the licence has run out", { stops: "always" })), /the licence has run out/],
    ];
    for (const [index, [chat, said]] of broken.entries())
      await expect(
        run(
          at,
          { models: { generator: served({ name: `broken-${index}`, chat }) } },
          { judgeModel: "m", out: join(at.folder.path, `b${index}`) },
        ),
      ).rejects.toThrow(said);
  });
});

test("a model of one's own has the time that a call may take, and hears when it is up", async () => {
  await using at = await place();
  let aborted = 0;
  const chat: OwnModel["chat"] = (_, { signal }) =>
    new Promise(() => {
      signal.addEventListener("abort", () => aborted++);
    });
  await run(at, { models: { generator: { name: "slow", chat } } }, { judgeModel: "m", rows: questions(1), timeout: 0.05, maxRetries: 1 });
  expect(await rejectedIn(at)).toMatchObject([
    { outcome: "failed", reason: "timeout", detail: expect.stringContaining("the model slow gave no reply") },
  ]);
  expect(aborted).toBe(2);
});

describe("a format of one's own", () => {
  const tickets: OwnFormat = {
    name: "tickets",
    fits: (row) => "ticket" in row,
    read: ({ ticket, solution, ...columns }) => {
      if (ticket === "broken") throw new Error("no ticket");
      return {
        messages: [
          { role: "user", content: ticket },
          { role: "assistant", content: solution },
        ],
        columns,
      };
    },
  };
  const rows = [
    { ticket: "It does not start.", solution: "Plug it in.", team: "desk" },
    { ticket: "broken", solution: "-" },
    { ticket: 5, solution: "-" },
  ];
  const variant = { responses: "new", system: { kind: "generated" }, systemRole: "system" } as const;

  test("is detected and part of the identity; rows that it cannot read are dropped; export writes messages, or its own layout", async () => {
    await using at = await place();
    const { rows: counts, files } = await run(at, { formats: [tickets] }, { rows });
    expect(counts).toMatchObject({ done: 1, dropped: 2 });
    expect((await rejectedIn(at)).map(({ reason }) => reason)).toEqual(["own-format", "wrong-type"]);
    expect(await readFile(files.manifest, "utf8")).toContain('"code.format.tickets"');
    const options = { run: join(at.folder.path, "run"), variant, sides: [{ name: "train", share: 1 }] };
    const exported = async (name: string, formats?: readonly OwnFormat[]) => {
      const to = join(at.folder.path, name);
      const { format } = await exportRun({ ...options, to, formats });
      return [format, JSON.parse(await readFile(to, "utf8"))];
    };
    const [format, row] = await exported("a.jsonl");
    expect([format, row.team, row.messages.length]).toEqual(["messages", "desk", 3]);
    const writing: OwnFormat = { ...tickets, write: ({ messages }, like) => ({ ...like, solution: messages.at(-1)?.content }) };
    expect(await exported("b.jsonl", [writing])).toEqual(["tickets", { ...rows[0], solution: "Response to: It does not start." }]);
  });
});

test("a metric of one's own stands in the report; one that gives back no score is a sentence", async () => {
  await using at = await place();
  await run(at, {});
  const folder = join(at.folder.path, "run");
  const report = await analyzeRun({
    run: folder,
    metrics: [{ name: "half", most: 100, score: (original, response, { id }) => (id === "q0" && response !== original ? 50 : 20) }],
  });
  expect(report.overall.responses.scores.at(-1)).toMatchObject({
    metric: "half",
    tokenizer: "own",
    most: 100,
    summary: { n: 3, mean: 30 },
  });
  expect(report.byTurn[0]?.responses.scores.at(-1)?.summary?.mean).toBe(30);
  await expect(analyzeRun({ run: folder, metrics: [{ name: "half", score: () => 7 }] })).rejects.toThrow(
    /Row q\d: the metric half gave back 7, where a number from 0 to 1/,
  );
  await expect(analyzeRun({ run: folder, metrics: [{ name: "bleu", score: () => 1 }] })).rejects.toThrow('"bleu" is taken');
});

test.each<[string, object, RegExp]>([
  ["a phase without a function", { phases: [{ name: "x" }] }, /options\.phases: run: expected a function, found nothing/],
  [
    "a phase after generate",
    { phases: [{ name: "x", after: "generate", run() {} }] },
    /after: expected verify or respond, found "generate"/,
  ],
  ["a phase of the program's name", { phases: [{ name: "verify", run() {} }] }, /options\.phases: the name "verify" is taken/],
  ["a model without a name", { models: { judge: { chat() {} } } }, /options\.models\.judge: name: expected a text, found nothing/],
  ["a format of the program's name", { formats: [{ name: "alpaca", read() {} }] }, /options\.formats: the name "alpaca" is taken/],
  ["a gate that is none", { gates: [5] }, /options\.gates: expected a gate.*, found 5/],
])("%s is a sentence before anything is asked", async (_name, parts, said) => {
  await using at = await place();
  await expect(run(at, parts)).rejects.toThrow(said);
  expect(at.server.calls).toEqual([]);
});
