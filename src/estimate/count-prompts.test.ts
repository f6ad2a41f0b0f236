import { describe, expect, test } from "vitest";
import { standardTags } from "../records/system-message/tag-set.ts";
import { foreignCalls, judgeCalls } from "../../test/fixtures/model-server.ts";
import type { Config } from "../config/config-schema.ts";
import { resolveConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import type { Model, OutputForm } from "../models/model.ts";
import { openTokenCounter } from "../models/tokenizers/index.ts";
import { fitQuestions } from "../phases/prompts/fit-questions.ts";
import { generatePromptOf } from "../phases/prompts/generate-prompts.ts";
import { servesQuestion } from "../phases/prompts/serves-question.ts";
import type { Example } from "../records/example.ts";
import { countPrompts, type CountedCall } from "./count-prompts.ts";
import { placeholderReplies } from "./placeholder-replies.ts";
import type { PaidPhase } from "./row-use.ts";

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
const english = { code: "en", name: "English" };
/** What the calibration makes of a call that it does not ask again. */
const none = { calls: 0, inputTokens: 0, outputTokens: 0 };
const twoTurns = example([
  { role: "user", content: "First?" },
  { role: "assistant", content: "I'm sorry, I cannot help with that. <<Task>>" },
  { role: "user", content: "Second?" },
  { role: "assistant", content: "The answer is: 42" },
]);

async function counted(
  content: DatasetEntry["content"],
  settings: Config = {},
  outputForm: OutputForm = "tagged",
  questionsAtOnce: Model["questionsAtOnce"] = "all",
) {
  const config = resolveConfig({ input: "x", model: "gpt-4o", baseUrl: ["http://127.0.0.1:9/v1"], ...settings });
  const counter = await openTokenCounter(config.generator, { env: { SYSGEN_OFFLINE: "1" } });
  const model: Model = {
    name: "gpt-4o",
    rowsAtOnce: 1,
    outputForm,
    questionsAtOnce,
    call: () => Promise.reject(new Error("no model is called")),
    close: () => Promise.resolve(),
  };
  const replies = placeholderReplies({
    tags: standardTags,
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

function callsOf(phase: PaidPhase, row: Awaited<ReturnType<typeof countPrompts>>): readonly CountedCall[] {
  if ("endsEarly" in row) throw new Error(row.endsEarly);
  return row.filter((call) => call.phase === phase);
}

describe("counting the prompts of a row", () => {
  test("the prompts are those that the run would make, and gates find nothing in the row's own responses", async () => {
    const { row, counter, replies } = await counted({ example: twoTurns });
    const { messageTokens } = replies;
    const promptTokens = counter.countChat(
      generatePromptOf({ prompt: "standard" }, standardTags).messages(twoTurns, { form: "tagged", language: english }),
    );
    expect(callsOf("generate", row)).toEqual([
      { phase: "generate", promptTokens, questions: { number: 0, tokens: 0 }, replyTokens: messageTokens, again: none },
    ]);
    const [verify, ...more] = callsOf("verify", row);
    const asked = verify?.questions ?? { number: 0, tokens: 0 };
    expect(asked.number).toBe(judgeCalls(replies.phrases.length));
    expect(asked.tokens).toBeGreaterThan(messageTokens);
    expect(verify?.promptTokens).toBeGreaterThan(asked.tokens);
    // An answer is one token.
    expect(verify?.replyTokens).toBe(asked.number);
    // What a phrase serves has a prompt of its own, and is not asked with another row.
    const fitting = counter.countChat(fitQuestions.messages(twoTurns));
    expect(verify?.promptTokens).toBe(
      fitting + counter.countChat(servesQuestion({ text: "" }, standardTags).messages ?? []) + asked.tokens,
    );
    expect(verify?.again).toMatchObject({ calls: 1, outputTokens: foreignCalls(replies.phrases.length) });
    expect(verify?.again.inputTokens).toBeLessThan(fitting + asked.tokens);
    expect(more).toEqual([]);
    const [first, second] = twoTurns.messages.filter(({ role }) => role === "assistant").map(({ content }) => counter.count(content));
    const system = 4 + replies.systemTokens;
    const turn = (text: string): number => 4 + counter.count(text);
    expect(callsOf("respond", row)).toEqual([
      { phase: "respond", promptTokens: 3 + system + turn("First?"), questions: { number: 0, tokens: 0 }, replyTokens: first, again: none },
      {
        phase: "respond",
        promptTokens: 3 + system + turn("First?") + 4 + (first ?? 0) + turn("Second?"),
        questions: { number: 0, tokens: 0 },
        replyTokens: second,
        again: none,
      },
    ]);
  });

  test("a judge on a server is asked one question a call, one of the preset paper none", async () => {
    const { row, replies } = await counted({ example: twoTurns }, {}, "tagged", "one");
    const calls = callsOf("verify", row);
    expect(calls).toHaveLength(judgeCalls(replies.phrases.length));
    for (const { questions, promptTokens, replyTokens } of calls) {
      expect([questions.number, replyTokens]).toEqual([1, 1]);
      expect(promptTokens).toBeGreaterThan(questions.tokens);
    }
    expect(calls.reduce((sum, { again }) => sum + again.calls, 0)).toBe(foreignCalls(replies.phrases.length));
    const paper = await counted({ example: twoTurns }, { preset: "paper" });
    expect(callsOf("verify", paper.row)).toMatchObject([{ questions: { number: 0 }, replyTokens: paper.replies.verdictTokens }]);
  });

  test("respond.turns last: one call, whose placeholder is the last response", async () => {
    const { row, counter } = await counted({ example: twoTurns }, { respond: { turns: "last" } });
    expect(callsOf("respond", row)).toMatchObject([{ replyTokens: counter.count("The answer is: 42") }]);
  });

  test("preset paper, and replies in JSON", async () => {
    const paper = await counted({ example: twoTurns }, { preset: "paper" });
    expect(callsOf("generate", paper.row)).toMatchObject([
      {
        promptTokens: paper.counter.countChat(
          generatePromptOf({ prompt: "paper" }, standardTags).messages(twoTurns, { form: "tagged", language: undefined }),
        ),
      },
    ]);
    const json = await counted({ example: twoTurns }, {}, "json");
    expect(callsOf("generate", json.row)).toMatchObject([
      {
        promptTokens: json.counter.countChat(
          generatePromptOf({ prompt: "standard" }, standardTags).messages(twoTurns, { form: "json", language: english }),
        ),
      },
    ]);
  });

  test("a row that ends before the first phase gives its reason", async () => {
    expect((await counted({ problem: { reason: "no-response", detail: "" } })).row).toEqual({ endsEarly: "no-response" });
    const withSystem = { example: example(twoTurns.messages, { systemMessage: "Old." }) };
    expect((await counted(withSystem)).row).toEqual({ endsEarly: "has-system-message" });
    expect(callsOf("respond", (await counted(withSystem, { existingSystem: "replace" })).row)).toHaveLength(2);
  });
});
