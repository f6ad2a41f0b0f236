import { describe, expect, test } from "vitest";
import type { ModelCall } from "../model.ts";
import { learnFromRefusal } from "./learn-from-refusal.ts";
import type { Dialect } from "./wire.ts";

const dialect: Dialect = {
  constraintField: "json-schema",
  maxTokensField: "max_tokens",
  mostOutputTokens: Infinity,
  temperature: "any",
  takesSeed: true,
  takesSystemRole: true,
  topLogprobs: 20,
};
const call: ModelCall = {
  messages: [
    { role: "system", content: "S" },
    { role: "user", content: "Q" },
  ],
  sampling: { temperature: 0.7, maxOutputTokens: 2048, seed: 7 },
  constraint: { grammar: "root ::= x", jsonSchema: { type: "object" } },
  questions: [{ text: " Is it?", labels: ["Yes", "No"] }],
  attempt: 0,
  round: 0,
};
/** What a refusal changes in the dialect. */
function learnt(status: number, body: string | object, known: Partial<Dialect> = {}, asked = call): Partial<Dialect> | undefined {
  const before = { ...dialect, ...known };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const lesson = learnFromRefusal({ status, body: text }, before, asked);
  if (lesson === undefined) return undefined;
  expect(lesson.notice).not.toBe("");
  return Object.fromEntries(Object.entries(lesson.dialect).filter(([key, value]) => before[key as keyof Dialect] !== value));
}
const openAi = (message: string, more: object = {}): object => ({ error: { message, type: "invalid_request_error", code: 400, ...more } });
const fastApi = (loc: readonly (string | number)[], msg: string, type = "value_error"): object => ({
  detail: [{ type, loc, msg, input: 7 }],
});

describe("no system role", () => {
  test.each([
    [400, openAi("Conversation roles must alternate user/assistant/user/assistant/...")],
    [400, openAi("Only user and assistant roles are supported!")],
    [500, openAi("Jinja Exception: System role not supported", { code: 500 })],
    [500, "Error rendering chat template: UndefinedError at line 3"],
    [501, openAi("This model's template does not support system prompts")],
    [502, openAi('upstream: {"error":"TemplateError: System role not supported"}')],
    [
      400,
      [{ error: { code: 400, message: "Developer instruction is not enabled for models/gemma-3-27b-it", status: "INVALID_ARGUMENT" } }],
    ],
    [400, openAi("Unsupported value: 'messages[0].role' does not support 'system' with this model.", { param: "messages[0].role" })],
    [422, fastApi(["body", "messages", 0, "role"], "Input should be 'user' or 'assistant'", "literal_error")],
    [422, "Failed to deserialize: messages[0].role: unknown variant `system`, expected `user` or `assistant` at line 1"],
    [400, openAi("Unexpected role 'system' for first message")],
    [400, openAi("A conversation must start with a user message.")],
    [400, openAi("First message role must be user")],
    [400, { message: "the role of message with even index in the messages must be user" }],
    [400, openAi("system messages are not allowed for this model")],
    [422, { message: "invalid role: system" }],
    [400, openAi("Invalid value: 'system'. Supported values are: 'user' and 'assistant'.")],
    [400, openAi("The system parameter is not supported")],
  ])("%d %j folds the system message", (status, body) => {
    expect(learnt(status, body)).toEqual({ takesSystemRole: false });
    expect(learnt(status, body, { takesSystemRole: false })).toBeUndefined();
  });

  test("is not blamed for a request without a system message, nor where one is optional", () => {
    const plain = { ...call, messages: [{ role: "user", content: "Q" }] } as const;
    expect(learnt(400, openAi("Conversation roles must alternate user/assistant"), {}, plain)).toBeUndefined();
    expect(learnt(400, openAi("After the optional system message, conversation roles must alternate user/assistant"))).toBeUndefined();
  });
});

describe("temperature", () => {
  test.each([
    [400, openAi("`temperature` is deprecated for this model.")],
    [400, openAi("Unsupported parameter: 'temperature' is not supported with this model.", { param: "temperature" })],
    [500, openAi("litellm.UnsupportedParamsError: openai does not support parameters: ['temperature'], for model=o1")],
    [422, fastApi(["body", "temperature"], "Extra inputs are not permitted", "extra_forbidden")],
    [400, { detail: "temperature may not be set for reasoning models; unsupported" }],
    [400, openAi("temperature and top_p cannot both be specified for this model")],
  ])("%d %j: none is sent", (status, body) => {
    expect(learnt(status, body)).toEqual({ temperature: "none" });
  });

  test.each([
    ["invalid temperature: only 1 is allowed for this model", 1],
    ["Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.", 1],
    ["temperature must be 1 for thinking models", 1],
    ["temperature: this model only accepts the default value 1", 1],
    ["Model only supports temperature=1", 1],
    ["invalid temperature: only 0.6 is allowed for this model", 0.6],
    ["`temperature` may only be set to 1 when thinking is enabled. must be 1", 1],
  ])("%s: the only one is sent, and none if that is refused too", (message, value) => {
    expect(learnt(400, openAi(message))).toEqual({ temperature: value });
    expect(learnt(400, openAi(message), { temperature: value })).toEqual({ temperature: "none" });
    expect(learnt(400, openAi(message), { temperature: "none" })).toBeUndefined();
  });

  test("0 is refused where it must be positive", () => {
    const cold = { ...call, sampling: { ...call.sampling, temperature: 0 } };
    expect(learnt(422, { error: "Input validation error: `temperature` must be strictly positive" }, {}, cold)).toEqual({
      temperature: "positive",
    });
  });
});

test.each([
  [
    422,
    {
      object: "error",
      message: { detail: [{ type: "extra_forbidden", loc: ["body", "seed"], msg: "Extra inputs are not permitted", input: 7 }] },
    },
  ],
  [400, openAi("Unrecognized request argument supplied: seed")],
  [400, openAi('Unknown name "seed": Cannot find field.')],
  [400, openAi("property 'seed' is unsupported", { param: "seed" })],
  [500, openAi("unknown field `seed`, expected one of `messages`, `temperature`, `response_format`, `max_tokens`")],
  [501, { message: "random_seed not implemented" }],
])("%d %j: no seed is sent, and the constraint stays", (status, body) => {
  expect(learnt(status, body)).toEqual({ takesSeed: false });
});

describe("max_tokens", () => {
  test.each([
    [400, openAi("max_tokens is too large: 2048. This model supports at most 1024 completion tokens, whereas you provided 2048."), 1024],
    [400, openAi("Invalid max_tokens value, the valid range of max_tokens is [1, 512]"), 512],
    [400, openAi("max_tokens: 2048 > 1000, which is the maximum allowed number of output tokens for model-2024-08-06"), 1000],
    [
      400,
      openAi(
        "`max_tokens` must be less than or equal to `1,024`, the maximum value for `max_tokens` is less than the `context_window` for this model",
      ),
      1024,
    ],
    [
      422,
      {
        detail: [
          { type: "less_than_equal", loc: ["body", "max_tokens"], msg: "Input should be less than or equal to 800", ctx: { le: 800 } },
        ],
      },
      800,
    ],
    [400, openAi("max_tokens must be less than 257"), 256],
    [500, { message: "Range of max_tokens should be [1, 2000]" }, 2000],
    [
      400,
      openAi(
        "Unable to submit request because it has a maxOutputTokens value of 2048 but the supported range is from 1 (inclusive) to 1025 (exclusive).",
      ),
      1024,
    ],
  ])("%d %j lowers it", (status, body, most) => {
    expect(learnt(status, body)).toEqual({ mostOutputTokens: most });
    expect(learnt(status, body, { mostOutputTokens: most })).toBeUndefined();
  });

  test.each([
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "max_tokens is deprecated",
    "'max_tokens' is incompatible with this model",
    "Unrecognized request argument supplied: max_tokens",
  ])("%s: max_completion_tokens is sent instead", (message) => {
    expect(learnt(400, openAi(message, { param: "max_tokens" }))).toEqual({ maxTokensField: "max_completion_tokens" });
  });

  test.each([
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (2952 in the messages, 2048 in the completion). Please reduce the length of the messages or max_tokens.",
    "'max_tokens' or 'max_completion_tokens' is too large: 2048. This model's maximum context length is 4096 tokens and your request has 3000 input tokens (2048 > 4096 - 3000).",
    "maximum context length is 512 tokens, reduce max_completion_tokens",
  ])("%s is about one prompt", (message) => {
    expect(learnt(400, openAi(message))).toBeUndefined();
  });
});

test.each([
  [400, openAi("top_logprobs must be at most 5"), 5],
  [400, openAi("top_logprobs: maximum is 8, got 20"), 8],
  [400, openAi("Invalid value for 'top_logprobs'", { param: "top_logprobs" }), 5],
])("%d %j: %d alternatives", (status, body, fewer) => {
  expect(learnt(status, body)).toEqual({ topLogprobs: fewer });
});

test.each([
  [400, openAi("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model")],
  [501, openAi("structured outputs are not implemented")],
  [500, openAi("Failed to parse grammar: unsupported rule")],
  [422, openAi("Extra inputs are not permitted")],
  [400, openAi("Grammar error: rule missing")],
  [400, openAi("'response_format.type' must be 'json_object' or 'text'", { param: "response_format.type" })],
])("%d %j: the constraint is left out", (status, body) => {
  expect(learnt(status, body)).toEqual({ constraintField: "none" });
});

test.each([
  [400, openAi("The response was filtered by the content management policy")],
  [400, openAi("The model `m` does not exist", { param: "model" })],
  [500, "Internal Server Error"],
  [500, openAi("CUDA out of memory")],
  [503, openAi("Loading model")],
  [429, openAi("temperature of requests too high: rate limit")],
  [401, openAi("invalid key for seed users")],
  [400, openAi("Invalid 'messages[1].content': must not be empty", { param: "messages[1].content" })],
])("%d %j teaches nothing", (status, body) => {
  expect(learnt(status, body)).toBeUndefined();
});
