import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { resolveConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import type { Model } from "../models/model.ts";
import { openTokenCounter } from "../models/tokenizers/index.ts";
import type { Phase } from "../phases/phase.ts";
import { fixedExample } from "../phases/prompts/fixed-row.ts";
import { Step } from "../phases/step.ts";
import { uncalibrated } from "../phases/calibration.ts";
import type { ReadableJournal } from "../runs/open-run.ts";
import { sum } from "../statistics/sampling.ts";

const prompt = "Polish this.";
const furtherReply = "A polished message of some words.";

// The table of phases has one phase more in this file, before the last. This phase asks the judge
// once. Test files share modules, so the modules that read the table are loaded anew, before and
// after.
beforeAll(() => {
  vi.resetModules();
  vi.doMock("../phases/index.ts", async (importOriginal) => {
    const original = await importOriginal<typeof import("../phases/index.ts")>();
    const further: Phase<"further", "judge", object> = {
      ...original.phases[2],
      name: "further",
      placeholderReply: () => furtherReply,
      async run(row, _settings, context) {
        const { text } = await new Step(context).ask([{ role: "user", content: prompt }], { temperature: 0, maxOutputTokens: 64 });
        return { ...row, systemMessage: text };
      },
    };
    return { ...original, phases: [...original.phases.slice(0, -1), further, ...original.phases.slice(-1)] };
  });
});
afterAll(() => {
  vi.doUnmock("../phases/index.ts");
  vi.resetModules();
});

test("a phase of the table is estimated with its placeholder, by the price of the model that it asks", async () => {
  const { estimateRun } = await import("./estimate.ts");
  const folder = await mkdtemp(join(tmpdir(), "sysgen-further-phase-"));
  try {
    const input = join(folder, "rows.jsonl");
    await writeFile(input, `${JSON.stringify({ instruction: "Say hello.", output: "Hello." })}\n`.repeat(3));
    const config = resolveConfig({
      input,
      out: join(folder, "run"),
      model: "gpt-4o",
      baseUrl: ["http://127.0.0.1:9/v1"],
      judgeModel: "gpt-4o-mini",
      prices: { "gpt-4o": { input: 1, output: 10 }, "gpt-4o-mini": { input: 1_000, output: 100_000 } },
    });
    const env = { SYSGEN_OFFLINE: "1" };
    const { phases, total, models } = await estimateRun(config, { env });
    const counter = await openTokenCounter(config.generator, { env });
    const promptTokens = 3 * counter.countChat([{ role: "user", content: prompt }]);
    const replyTokens = 3 * counter.count(furtherReply);
    const found = phases.at(-2);
    expect(found).toMatchObject({
      phase: "further",
      calls: { value: 3, bar: 0 },
      inputTokens: { value: promptTokens, bar: 0 },
      outputTokens: { value: replyTokens, bar: 0 },
    });
    expect(found?.cost?.value).toBeCloseTo((promptTokens * 1_000 + replyTokens * 100_000) / 1e6, 9);
    expect(models[1]?.phases).toContain("further");
    for (const kind of ["calls", "inputTokens", "outputTokens"] as const)
      expect(total[kind].value).toBeCloseTo(sum(phases.map((phase) => phase[kind].value)));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what the journal holds of the phase's calls is measured", async () => {
  const { replay } = await import("./replay.ts");
  const config = resolveConfig({ input: "x", model: "gpt-4o", baseUrl: ["http://127.0.0.1:9/v1"], preset: "paper" });
  const counter = await openTokenCounter(config.generator, { env: { SYSGEN_OFFLINE: "1" } });
  const model: Model = {
    name: "gpt-4o",
    rowsAtOnce: 1,
    outputForm: "tagged",
    questionsAtOnce: "all",
    call: () => Promise.reject(new Error("no model is called")),
    close: () => Promise.resolve(),
  };
  // Every phase can read this reply.
  const text = "<<Task>>Answer the question.<</Task>>\nTask: Good";
  const usage = { inputTokens: 70, outputTokens: 30 };
  const entry: DatasetEntry = {
    index: 0,
    row: { line: 1, raw: "", value: {} },
    file: undefined,
    id: "r",
    idIsRepeated: false,
    content: { example: fixedExample },
  };
  const journal: ReadableJournal = {
    get: () => ({ text, finishReason: "stop", usage }),
    round: () => 0,
    calibration: uncalibrated,
    means: () => [],
    [Symbol.dispose]: () => undefined,
  };
  const { signal } = new AbortController();
  const use = await replay(entry, { config, model, judge: model, counter, judgeCounter: counter, journal, signal });
  expect(use).toHaveProperty("further", { calls: 1, ...usage });
});
