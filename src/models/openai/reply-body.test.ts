import { expect, test } from "vitest";
import { ModelError } from "../../errors.ts";
import { parseBody } from "./reply-body.ts";
import { errorStatusIn } from "./refused-in-reply.ts";
import { readReply } from "./wire.ts";

const whole = '{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}';
const chunk = (delta: object, more: object = {}, top: object = {}): string =>
  JSON.stringify({ choices: [{ index: 0, delta, ...more }], ...top });
const events = (...data: string[]): string => data.map((one) => `data: ${one}\n\n`).join("");

test.each([
  ["a byte order mark", `\uFEFF${whole}`],
  ["blanks", `\n   \n${whole}`],
  ["comments", `: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n${whole}`],
  ["comments with CRLF", `: ping\r\n\r\n${whole}`],
  ["a byte order mark and comments", `\uFEFF: ping\n${whole}`],
])("%s before the JSON", (_, body) => {
  expect(readReply(body)).toMatchObject({ text: "hi", finishReason: "stop" });
});

const usage = { prompt_tokens: 3, completion_tokens: 2 };
const parts = [
  chunk({ role: "assistant", content: "" }),
  chunk({ content: "Grü" }),
  chunk({ content: "ße" }),
  chunk({}, { finish_reason: "length" }),
];
test.each([
  ["with [DONE] and usage in a chunk of its own", events(...parts, JSON.stringify({ choices: [], usage }), "[DONE]")],
  ["without [DONE]", events(...parts.slice(0, 3), chunk({}, { finish_reason: "length" }, { usage }))],
  ["with CRLF and no blank", [...parts, JSON.stringify({ choices: [], usage }), "[DONE]"].map((one) => `data:${one}\r\n\r\n`).join("")],
  [
    "with names, ids and comments",
    [...parts, JSON.stringify({ usage })].map((one, id) => `: ping\n\nevent: message\nid: ${id}\ndata: ${one}\n\n`).join(""),
  ],
  ["that ends without a blank line", events(...parts, JSON.stringify({ choices: [], usage })) + "data: [DONE]"],
])("a stream %s", (_, body) => {
  expect(readReply(body)).toMatchObject({ text: "Grüße", finishReason: "length", usage: { inputTokens: 3, outputTokens: 2 } });
});

test("a stream keeps reasoning apart, and joins log-probabilities", () => {
  const token = (text: string): object => ({ content: [{ token: text, logprob: -0.1, top_logprobs: [] }] });
  const body = events(
    chunk({ reasoning_content: "hm" }),
    chunk({ content: "Yes" }, { logprobs: token("Yes") }),
    chunk({}, { finish_reason: "stop" }),
  );
  expect(parseBody(body)).toMatchObject({ choices: [{ message: { content: "Yes", reasoning_content: "hm" } }] });
  expect(readReply(body, {}, { text: "?", labels: ["Yes", "No"] }).scores).toHaveLength(1);
});

test("the one event of a whole completion", () => {
  expect(readReply(events(whole, "[DONE]")).text).toBe("hi");
});

test.each([
  ["a stream that is cut short", events(chunk({ content: "hi" }))],
  ["a stream of something else", events("hello")],
  ["a page", "<html>"],
  ["JSON that is cut short", whole.slice(0, 30)],
  ["nothing", ""],
])("%s is a bad reply that is asked for again", (_, body) => {
  expect(() => readReply(body)).toThrow(ModelError);
  expect(() => readReply(body)).toThrow(expect.objectContaining({ kind: "bad-reply", retryable: true }));
});

test.each([
  [{ error: { message: "No auth", code: 401 } }, 401],
  [{ error: { message: "Pay", code: "402" } }, 402],
  [{ error: { message: "Slow", code: "rate_limit_exceeded" } }, 429],
  [{ error: { message: "Slow", status: "RESOURCE_EXHAUSTED" } }, 429],
  [{ error: "no", code: 503 }, 503],
  [{ error: { message: "no", type: "invalid_request_error" } }, 400],
  [{ error: "Unexpected endpoint or method" }, 200],
  [{ object: "error", message: "no", code: 404 }, 404],
  [{ choices: [{ error: { code: 502, message: "upstream" }, message: { content: "" } }] }, 502],
  [{ choices: [{ message: { content: "hi" } }], error: null }, undefined],
  [{ choices: [] }, undefined],
  ["error", undefined],
])("%j under 200 is an error of status %s", (value, status) => {
  expect(errorStatusIn(value)).toBe(status);
  if (status !== undefined) expect(() => readReply(JSON.stringify(value))).toThrow(expect.objectContaining({ status }));
});

test("an error in a stream", () => {
  expect(() => readReply(events(chunk({ content: "hi" }), '{"error":{"code":429,"message":"slow"}}'))).toThrow(
    expect.objectContaining({ status: 429 }),
  );
});
