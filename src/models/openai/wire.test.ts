import { describe, expect, test } from "vitest";
import { foldSystem } from "../fold-system.ts";
import type { ModelReply } from "../model.ts";
import { readReply, requestBody, type Dialect } from "./wire.ts";

const dialect = (more: Partial<Dialect> = {}): Dialect => ({
  constraintField: "none",
  maxTokensField: "max_tokens",
  mostOutputTokens: Infinity,
  temperature: "any",
  takesSeed: true,
  takesSystemRole: true,
  topLogprobs: 20,
  ...more,
});
const call = {
  messages: [
    { role: "system", content: "S" },
    { role: "user", content: "Q" },
  ],
  sampling: { temperature: 0.7, maxOutputTokens: 9, seed: 3 },
  constraint: { grammar: "root ::= x", jsonSchema: { type: "object" } },
  attempt: 0,
  round: 0,
} as const;
const bodyOf = (spoken: Dialect): string => requestBody("m", call, spoken, (length) => Buffer.alloc(length)).toString();

describe("the request", () => {
  test.each([
    ["json-schema", { response_format: { type: "json_schema", json_schema: { name: "reply", strict: true, schema: { type: "object" } } } }],
    ["structured-outputs", { structured_outputs: { grammar: "root ::= x" } }],
    ["guided", { guided_grammar: "root ::= x" }],
    ["grammar", { grammar: "root ::= x" }],
    ["ebnf", { ebnf: "root ::= x" }],
    ["none", {}],
  ] as const)("constraint field %s", (constraintField, fields) => {
    expect(JSON.parse(bodyOf(dialect({ constraintField })))).toEqual({
      model: "m",
      messages: call.messages,
      max_tokens: 9,
      temperature: 0.7,
      seed: 3,
      ...fields,
    });
  });

  test("a dialect without system role, temperature and max_tokens", () => {
    const body = bodyOf(dialect({ takesSystemRole: false, temperature: "none", maxTokensField: "max_completion_tokens" }));
    expect(JSON.parse(body)).toEqual({
      model: "m",
      messages: [{ role: "user", content: "S\n\nQ" }],
      max_completion_tokens: 9,
      seed: 3,
    });
  });
});

describe("a question", () => {
  const question = { text: "\n\nIs it?", labels: ["Yes", "No"] };
  const asking = (spoken: Dialect): object =>
    JSON.parse(requestBody("m", { ...call, questions: [question] }, spoken, (length) => Buffer.alloc(length)).toString()) as object;

  test("stands behind the last message, and as many alternatives are asked for as the server gives", () => {
    const messages = [call.messages[0], { role: "user", content: "Q\n\nIs it?" }];
    expect(asking(dialect())).toMatchObject({ messages, logprobs: true, top_logprobs: 20 });
    expect(asking(dialect({ topLogprobs: 5 }))).toMatchObject({ messages, logprobs: true, top_logprobs: 5 });
    const plain = asking(dialect({ topLogprobs: 0 }));
    expect(plain).toMatchObject({ messages });
    expect(Object.keys(plain).filter((key) => key.includes("logprobs"))).toEqual([]);
  });

  test("is asked for with log-probabilities alone: other calls ask for none", () => {
    expect(bodyOf(dialect())).not.toContain("logprobs");
  });

  test("is folded into the first user message together with the system message", () => {
    expect(asking(dialect({ takesSystemRole: false }))).toMatchObject({ messages: [{ role: "user", content: "S\n\nQ\n\nIs it?" }] });
  });

  test("has scores in its reply where the server gives log-probabilities, and else none", () => {
    const logprobs = { content: [{ token: "Yes", logprob: Math.log(0.9), top_logprobs: [] }] };
    const choice = { message: { content: "Yes" }, finish_reason: "stop" };
    const read = (choices: readonly object[]): unknown => readReply(JSON.stringify({ choices }), {}, question).scores;
    expect(read([{ ...choice, logprobs }])).toEqual([[expect.closeTo(Math.log(0.9), 3), expect.closeTo(Math.log(0.1), 3)]]);
    for (const none of [null, undefined, [], "none"]) expect(read([{ ...choice, logprobs: none }])).toBeUndefined();
    expect(readReply(JSON.stringify({ choices: [{ ...choice, logprobs }] })).scores).toBeUndefined();
  });
});

describe("the reply", () => {
  test("text, finish reason, usage; usage may be missing", () => {
    const choices = [{ message: { content: "hi" }, finish_reason: "length" }];
    expect(readReply(JSON.stringify({ choices, usage: { prompt_tokens: 3, completion_tokens: 1 } }))).toEqual({
      text: "hi",
      finishReason: "length",
      usage: { inputTokens: 3, outputTokens: 1 },
    });
    expect(readReply(JSON.stringify({ choices })).usage).toEqual({ inputTokens: 0, outputTokens: 0 });
    expect(readReply(JSON.stringify({ choices: [{ message: { content: null, refusal: "No." }, finish_reason: "stop" }] })).text).toBe(
      "No.",
    );
  });

  test("a reply that the server broke off is retryable, and one that ended for an unknown reason is told of", () => {
    const ended = (finish_reason: string | null, message: object = {}): ModelReply =>
      readReply(JSON.stringify({ choices: [{ message: { content: "The Seine is a", ...message }, finish_reason }] }));
    expect(() => ended("abort")).toThrow(expect.objectContaining({ kind: "bad-reply", retryable: true }));
    expect(ended("model_length").finishReason).toBe("length");
    expect(ended("odd")).toMatchObject({ finishReason: "other", endedBy: 'finish reason "odd"' });
    const call = { tool_calls: [{ type: "function", function: { name: "f", arguments: "{}" } }] };
    for (const reason of [null, "stop", "tool_calls"])
      expect(ended(reason, call)).toMatchObject({ finishReason: "other", endedBy: "a tool call" });
    expect(ended(null, { tool_calls: [], function_call: null })).toMatchObject({ finishReason: "stop" });
    expect(ended("stop")).not.toHaveProperty("endedBy");
  });

  test("reasoning beside the content, or as a part of it, is no text", () => {
    const read = (message: object): string => readReply(JSON.stringify({ choices: [{ message, finish_reason: "stop" }] })).text;
    expect(read({ content: "hi", reasoning_content: "secret" })).toBe("hi");
    expect(read({ content: null, reasoning: "secret" })).toBe("");
    const parts = [
      { type: "thinking", thinking: [{ type: "text", text: "secret" }] },
      { type: "reasoning", text: "secret" },
      { type: "text", text: "hi" },
    ];
    expect(read({ content: parts })).toBe("hi");
  });

  test("fields that a server writes in its own way cost no paid reply", () => {
    const choices = [{ message: { content: [{ type: "text", text: "hi" }] }, finish_reason: 3 }];
    expect(readReply(JSON.stringify({ choices, usage: { prompt_tokens: "8" } }))).toEqual({
      text: "hi",
      finishReason: "stop",
      usage: { inputTokens: 8, outputTokens: 0 },
    });
  });

  test.each(['{"choices": [{"mess', "<html>", '{"choices": []}'])("%s is retryable", (body) => {
    expect(() => readReply(body)).toThrow(expect.objectContaining({ kind: "bad-reply", retryable: true }));
  });
});

test("folding keeps a conversation without system message as it is", () => {
  expect(foldSystem([{ role: "user", content: "Q" }])).toEqual([{ role: "user", content: "Q" }]);
  expect(foldSystem([{ role: "system", content: "S" }])).toEqual([{ role: "user", content: "S" }]);
});
