import { describe, expect, test } from "vitest";
import { resolveConfig, type Config } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import type { Model, OutputForm } from "../models/model.ts";
import { openTokenCounter } from "../models/tokenizers/index.ts";
import { generatePaper } from "../phases/prompts/generate-paper.ts";
import { generateStandard } from "../phases/prompts/generate-standard.ts";
import type { Example } from "../records/example.ts";
import { foresee } from "./count-prompts.ts";
import { standIn } from "./placeholder-replies.ts";

const example = (messages: Example["messages"], more: Partial<Example> = {}): Example => ({
  id: "r",
  line: 1,
  columns: {},
  messages,
  ...more,
});
const entryOf = (content: DatasetEntry["content"]): DatasetEntry => ({
  index: 0,
  row: { line: 1, raw: "", value: {} },
  file: undefined,
  id: "r",
  idIsRepeated: false,
  content,
});
const twoTurns = example([
  { role: "user", content: "First?" },
  { role: "assistant", content: "I'm sorry, I cannot help with that. <<Task>>" },
  { role: "user", content: "Second?" },
  { role: "assistant", content: "The answer is: 42" },
]);

async function foreseen(content: DatasetEntry["content"], settings: Config = {}, outputForm: OutputForm = "tagged") {
  const config = resolveConfig({ input: "x", model: "gpt-4o", baseUrl: ["http://127.0.0.1:9/v1"], ...settings });
  const counter = await openTokenCounter(config.generator, { env: { SYSGEN_OFFLINE: "1" } });
  const model: Model = {
    name: "gpt-4o",
    rowsAtOnce: 1,
    outputForm,
    call: () => Promise.reject(new Error("no model is called")),
    close: () => Promise.resolve(),
  };
  const replies = standIn({ settings: config.phases, generator: { form: outputForm, counter }, judge: { form: outputForm, counter } });
  const { signal } = new AbortController();
  const row = await foresee(entryOf(content), { config, model, judge: model, counter, judgeCounter: counter, standIn: replies, signal });
  return { row, counter, replies };
}

describe("a row that is foreseen", () => {
  test("makes the prompts that the run would make; what its own responses hold is no objection", async () => {
    const { row, counter, replies } = await foreseen({ example: twoTurns });
    if ("endsEarly" in row) throw new Error(row.endsEarly);
    expect(row.generate).toBe(counter.countChat(generateStandard(twoTurns, "tagged")));
    expect(row.verify).toBeGreaterThan(replies.messageTokens);
    const [first, second] = twoTurns.messages.filter(({ role }) => role === "assistant").map(({ content }) => counter.count(content));
    const system = 4 + replies.systemTokens;
    const turn = (text: string): number => 4 + counter.count(text);
    expect(row.responses).toEqual([
      { prompt: 3 + system + turn("First?"), original: first, before: [] },
      { prompt: 3 + system + turn("First?") + 4 + (first ?? 0) + turn("Second?"), original: second, before: [first] },
    ]);
  });

  test("respond.turns last: one call, and nothing before it is new", async () => {
    const { row } = await foreseen({ example: twoTurns }, { respond: { turns: "last" } });
    expect(row).toMatchObject({ responses: [{ before: [] }] });
    expect("responses" in row && row.responses).toHaveLength(1);
  });

  test("preset paper, and replies in JSON", async () => {
    const paper = await foreseen({ example: twoTurns }, { preset: "paper" });
    expect(paper.row).toMatchObject({ generate: paper.counter.countChat(generatePaper(twoTurns)) });
    expect(paper.replies.verdict.split("\n")).toHaveLength(8);
    const json = await foreseen({ example: twoTurns }, {}, "json");
    expect(json.row).toMatchObject({ generate: json.counter.countChat(generateStandard(twoTurns, "json")) });
    expect(JSON.parse(json.replies.verdict)).toEqual({ verdicts: ["Good", "Good", "Good", "Good"] });
  });

  test("or ends before the first phase, with its reason", async () => {
    expect((await foreseen({ problem: { reason: "no-response", detail: "" } })).row).toEqual({ endsEarly: "no-response" });
    const withSystem = { example: example(twoTurns.messages, { systemMessage: "Old." }) };
    expect((await foreseen(withSystem)).row).toEqual({ endsEarly: "has-system-message" });
    expect((await foreseen(withSystem, { existingSystem: "replace" })).row).toHaveProperty("generate");
  });
});
