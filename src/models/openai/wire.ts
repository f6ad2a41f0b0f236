import { z } from "zod";
import { ModelError } from "../../errors.ts";
import { redact } from "../../secrets.ts";
import { askedMessages } from "../asked-messages.ts";
import { foldSystem } from "../fold-system.ts";
import { messagesBytes, type Allocate } from "../messages-json.ts";
import type { ModelCall, ModelReply, OutputConstraint, OutputForm, Question } from "../model.ts";
import { answerScores, logprobsSchema } from "./answer-scores.ts";
import { readQuota, readRetryAfter, type ReplyHeaders } from "./rate-limit-headers.ts";

/**
 * The field of the request that holds the decoder to a form.
 *
 * - `none` sends no field, and the prompt asks in words only.
 * - `json-schema` is `response_format` of OpenAI, SGLang, llama.cpp, LM Studio and Ollama.
 * - `structured-outputs` is for vLLM from 0.12 on.
 * - `guided` is for vLLM before 0.12.
 * - `grammar` is GBNF of llama.cpp.
 * - `ebnf` is for SGLang.
 */
export const constraintFields = ["none", "json-schema", "structured-outputs", "guided", "grammar", "ebnf"] as const;
export type ConstraintField = (typeof constraintFields)[number];

/** The form that the prompt asks for. It is the form that the decoder enforces. */
export function outputFormOf(field: ConstraintField): OutputForm {
  return field === "json-schema" ? "json" : "tagged";
}

/** What a server takes, as far as its refusals have shown. */
export interface Dialect {
  readonly constraintField: ConstraintField;
  readonly maxTokensField: "max_tokens" | "max_completion_tokens";
  readonly takesTemperature: boolean;
  readonly takesSystemRole: boolean;
  /** Alternatives that are asked for with each token of an answer. 0 asks for no probabilities. */
  readonly topLogprobs: number;
}

/** What OpenAI, vLLM and SGLang give at most, what several hosts give at most, and none. */
const topLogprobs = [20, 5, 0] as const;

/**
 * The body of a chat-completions request, as JSON in UTF-8
 * (https://platform.openai.com/docs/api-reference/chat/create).
 */
export function requestBody(model: string, call: ModelCall, dialect: Dialect, allocate: Allocate): Buffer {
  const { sampling, constraint } = call;
  const [question] = call.questions ?? [];
  const asked = question === undefined ? call.messages : askedMessages(call, question);
  const { temperature, maxOutputTokens, seed } = sampling;
  let start = `{"model":${JSON.stringify(model)},"${dialect.maxTokensField}":${maxOutputTokens}`;
  if (dialect.takesTemperature) start += `,"temperature":${temperature}`;
  if (seed !== undefined) start += `,"seed":${seed}`;
  if (constraint && dialect.constraintField !== "none")
    start += `,${JSON.stringify(constraintBodies[dialect.constraintField](constraint)).slice(1, -1)}`;
  if (call.questions !== undefined && dialect.topLogprobs > 0) start += `,"logprobs":true,"top_logprobs":${dialect.topLogprobs}`;
  const messages = dialect.takesSystemRole ? asked : foldSystem(asked);
  return messagesBytes(`${start},"messages":`, messages, "}", allocate);
}

const constraintBodies: Readonly<Record<Exclude<ConstraintField, "none">, (constraint: OutputConstraint) => Record<string, unknown>>> = {
  "json-schema": ({ jsonSchema }) => ({
    response_format: { type: "json_schema", json_schema: { name: "reply", strict: true, schema: jsonSchema } },
  }),
  "structured-outputs": ({ grammar }) => ({ structured_outputs: { grammar } }),
  guided: ({ grammar }) => ({ guided_grammar: grammar }),
  grammar: ({ grammar }) => ({ grammar }),
  ebnf: ({ grammar }) => ({ ebnf: grammar }),
};

/**
 * Content as text, or as an array of parts as some servers write it. The schema is lenient, because
 * a reply that was paid is not thrown away for a field in an unusual form.
 */
const textOrParts = z
  .union([z.string(), z.array(z.object({ text: z.string().catch("") })).transform((parts) => parts.map((part) => part.text).join(""))])
  .nullish();
const replySchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: textOrParts, refusal: z.string().nullish().catch(null) }),
        finish_reason: z.string().nullish().catch(null),
        logprobs: logprobsSchema,
      }),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.coerce.number().catch(0), completion_tokens: z.coerce.number().catch(0) })
    .nullish()
    .catch(null),
});

/**
 * Reads the body of a reply with status 2xx.
 * @param question The question that the call asked, if it asked one.
 * @throws ModelError `bad-reply`, retryable, when the body is cut short or not a chat completion.
 */
export function readReply(
  body: string,
  circumstances: Pick<ModelReply, "tookMs" | "quota" | "endpoint"> = {},
  question?: Question,
): ModelReply {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new ModelError("bad-reply", `expected a JSON reply, found ${body.length} characters that are none: ${excerpt(body)}`, {
      retryable: true,
    });
  }
  const parsed = replySchema.safeParse(value);
  const choice = parsed.data?.choices[0];
  if (!choice) throw new ModelError("bad-reply", `expected a chat completion with choices, found: ${excerpt(body)}`, { retryable: true });
  const scores = question && answerScores(choice.logprobs, question);
  return {
    text: choice.message.content ?? choice.message.refusal ?? "",
    finishReason:
      choice.message.content == null && choice.message.refusal != null ? "content-filter" : finishReasonOf(choice.finish_reason),
    usage: { inputTokens: parsed.data?.usage?.prompt_tokens ?? 0, outputTokens: parsed.data?.usage?.completion_tokens ?? 0 },
    ...(scores ? { scores: [scores] } : {}),
    ...circumstances,
  };
}

function finishReasonOf(reason: string | null | undefined): ModelReply["finishReason"] {
  if (reason === "length" || reason === "max_tokens") return "length";
  if (reason === "content_filter") return "content-filter";
  return reason == null || reason === "stop" || reason === "eos" ? "stop" : "other";
}

const overflow =
  /context.{0,20}(length|window|size)|maximum.{0,20}(length|tokens)|too many tokens|prompt.{0,20}too long|input.{0,20}too long|exceed.{0,30}context/i;

/**
 * The error for a reply with a status other than 2xx.
 */
export function errorOf(status: number, body: string, headers: ReplyHeaders, server: string): ModelError {
  const said = `${server} answered ${status}: ${excerpt(body) || "(no text)"}`;
  if (status === 401 || status === 402 || /insufficient_quota/.test(body)) return new ModelError("auth", said, { stops: "always", status });
  // A provider's moderation answers a single call with 403 too.
  if (status === 403) return new ModelError("auth", said, { stops: "at-first", status });
  if (status === 404 || status === 405 || (status >= 300 && status < 400))
    return new ModelError("not-found", said, { stops: "at-first", status });
  if (status === 413 || ((status === 400 || status === 422) && overflow.test(body)))
    return new ModelError("context-overflow", said, { status });
  const again = { retryable: true, status, retryAfterMs: readRetryAfter(headers), quota: readQuota(headers) };
  if (status === 429) return new ModelError("rate-limit", said, again);
  if (status === 408 || status === 409 || status === 425 || status >= 500) return new ModelError("server", said, again);
  return new ModelError("bad-request", said, { status });
}

const aboutConstraint =
  /response_format|json_schema|\bschema\b|grammar|guided|structured_outputs|ebnf|unknown (?:field|parameter|argument)|unrecognized|extra inputs|unexpected (?:field|keyword)/i;

/** What a refusal has shown. */
export interface Lesson {
  /** The dialect of all further requests. */
  readonly dialect: Dialect;
  /** A sentence for the user. */
  readonly notice: string;
}

/**
 * Finds out from the body of a 400 or 422 what the server does not take. The call can then be made
 * again in the new dialect. Undefined when the body says nothing about the dialect.
 */
export function learnFromRefusal(body: string, dialect: Dialect, constrained: boolean): Lesson | undefined {
  const lesson = (change: Partial<Dialect>, notice: string): Lesson => ({ dialect: { ...dialect, ...change }, notice });
  if (
    dialect.maxTokensField === "max_tokens" &&
    /max_completion_tokens.{0,40}instead|max_tokens.{0,60}(?:not support|unsupported|deprecated)|unsupported.{0,60}max_tokens/i.test(body)
  )
    return lesson({ maxTokensField: "max_completion_tokens" }, "The server wants max_completion_tokens instead of max_tokens.");
  if (dialect.takesTemperature && /temperature/i.test(body) && /unsupported|not support/i.test(body))
    return lesson({ takesTemperature: false }, "The model takes no temperature: its own default is used.");
  if (dialect.takesSystemRole && /system.{0,20}role|role.{0,20}system/i.test(body))
    return lesson(
      { takesSystemRole: false },
      "The model's chat template takes no system role: the system message is folded into the first user message.",
    );
  if (dialect.topLogprobs > 0 && /logprobs?/i.test(body)) {
    const fewer = topLogprobs.find((number) => number < dialect.topLogprobs) ?? 0;
    return lesson(
      { topLogprobs: fewer },
      fewer > 0
        ? `The server gives fewer than ${dialect.topLogprobs} alternatives a token: asking for ${fewer}.`
        : "The server gives no log-probabilities: the judge's answers are plain verdicts without a score.",
    );
  }
  const { constraintField } = dialect;
  if (constrained && constraintField !== "none" && aboutConstraint.test(body))
    return lesson(
      { constraintField: "none" },
      `The server refused the output constraint "${constraintField}" (${excerpt(body)}): going on without it.`,
    );
  return undefined;
}

/**
 * The beginning of a server's text. Secrets are replaced before it is cut, because a part of a key
 * is secret, too.
 */
function excerpt(text: string): string {
  const line = redact(text).replace(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
