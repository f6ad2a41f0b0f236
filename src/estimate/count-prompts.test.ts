import { describe, expect, test } from "vitest";
import type { Config } from "../config/config-schema.ts";
import { resolveConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import type { Model, OutputForm } from "../models/model.ts";
import { openTokenCounter } from "../models/tokenizers/index.ts";
import { generatePaper } from "../phases/prompts/generate-paper.ts";
import { generateStandard } from "../phases/prompts/generate-standard.ts";
import type { Example } from "../records/example.ts";
import { countPrompts } from "./count-prompts.ts";
import { placeholderReplies } from "./placeholder-replies.ts";

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

async function counted(content: DatasetEntry["content"], settings: Config = {}, outputForm: OutputForm = "tagged") {
  const config = resolveConfig({ input: "x", model: "gpt-4o", baseUrl: ["http://127.0.0.1:9/v1"], ...settings });
  const counter = await openTokenCounter(config.generator, { env: { SYSGEN_OFFLINE: "1" } });
  const model: Model = {
    name: "gpt-4o",
    rowsAtOnce: 1,
    outputForm,
    call: () => Promise.reject(new Error("no model is called")),
    close: () => Promise.resolve(),
  };
  const replies = placeholderReplies({
    settings: config.phases,
    generator: { form: outputForm, counter },
    judge: { form: outputForm, counter },
  });
  const { signal } = new AbortController();
  const row = await countPrompts(entryOf(content), {
    config,
    model,
    judge: model,
    counter,
    judgeCounter: counter,
    placeholders: replies,
    signal,
  });
  return { row, counter, replies };
}

describe("counting the prompts of a row", () => {
  test("the prompts are those that the run would make, and gates find nothing in the row's own responses", async () => {
    const { row, counter, replies } = await counted({ example: twoTurns });
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
    const { row } = await counted({ example: twoTurns }, { respond: { turns: "last" } });
    expect(row).toMatchObject({ responses: [{ before: [] }] });
    expect("responses" in row && row.responses).toHaveLength(1);
  });

  test("preset paper, and replies in JSON", async () => {
    const paper = await counted({ example: twoTurns }, { preset: "paper" });
    expect(paper.row).toMatchObject({ generate: paper.counter.countChat(generatePaper(twoTurns)) });
    expect(paper.replies.verdict.split("\n")).toHaveLength(8);
    const json = await counted({ example: twoTurns }, {}, "json");
    expect(json.row).toMatchObject({ generate: json.counter.countChat(generateStandard(twoTurns, "json")) });
    expect(JSON.parse(json.replies.verdict)).toEqual({ verdicts: ["Good", "Good", "Good", "Good"] });
  });

  test("a row that ends before the first phase gives its reason", async () => {
    expect((await counted({ problem: { reason: "no-response", detail: "" } })).row).toEqual({ endsEarly: "no-response" });
    const withSystem = { example: example(twoTurns.messages, { systemMessage: "Old." }) };
    expect((await counted(withSystem)).row).toEqual({ endsEarly: "has-system-message" });
    expect((await counted(withSystem, { existingSystem: "replace" })).row).toHaveProperty("generate");
  });
});
