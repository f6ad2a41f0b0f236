import { z } from "zod";
import { ModelError } from "../../errors.ts";
import { askedMessages } from "../asked-messages.ts";
import { foldSystem } from "../fold-system.ts";
import { messagesBytes, type Allocate } from "../messages-json.ts";
import type { ChatMessage, ModelCall, ModelReply, OutputConstraint, OutputForm, Question } from "../model.ts";
import { answerScores, logprobsSchema } from "./answer-scores.ts";
import { finishReasonOf } from "./finish-reason.ts";
import { excerpt } from "./excerpt.ts";
import { parseBody } from "./reply-body.ts";
import { errorStatusIn, RefusedInReply } from "./refused-in-reply.ts";

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
export function outputFormOf(field: ConstraintField | "auto"): OutputForm {
  return field === "json-schema" ? "json" : "tagged";
}

/** What a server takes, as far as its refusals have shown. */
export interface Dialect {
  readonly constraintField: ConstraintField;
  readonly maxTokensField: "max_tokens" | "max_completion_tokens";
  /** A reply gets no more tokens than this, whatever a call asks for. */
  readonly mostOutputTokens: number;
  /** A number is the only temperature that the model takes. */
  readonly temperature: "any" | "positive" | "none" | number;
  readonly takesSeed: boolean;
  readonly takesSystemRole: boolean;
  /** Alternatives that are asked for with each token of an answer. 0 asks for no probabilities. */
  readonly topLogprobs: number;
}

const dialectSchema = z.object({
  constraintField: z.enum(constraintFields),
  maxTokensField: z.enum(["max_tokens", "max_completion_tokens"]),
  // JSON has no infinity.
  mostOutputTokens: z
    .number()
    .nullable()
    .transform((most) => most ?? Infinity),
  temperature: z.union([z.enum(["any", "positive", "none"]), z.number()]),
  takesSeed: z.boolean(),
  takesSystemRole: z.boolean(),
  topLogprobs: z.number(),
}) satisfies z.ZodType<Dialect>;

/** A dialect out of its JSON. Undefined for that of another version. */
export function dialectIn(json: string): Dialect | undefined {
  return dialectSchema.safeParse(JSON.parse(json)).data;
}

/** The prompt of a call, with the question if it asks one. */
export function messagesOf(call: ModelCall): readonly ChatMessage[] {
  const [question] = call.questions ?? [];
  return question === undefined ? call.messages : askedMessages(call, question);
}

/**
 * The body of a chat-completions request, as JSON in UTF-8
 * (https://platform.openai.com/docs/api-reference/chat/create).
 */
export function requestBody(model: string, call: ModelCall, dialect: Dialect, allocate: Allocate): Buffer {
  const { sampling, constraint } = call;
  const asked = messagesOf(call);
  const { maxOutputTokens, seed } = sampling;
  let start = `{"model":${JSON.stringify(model)},"${dialect.maxTokensField}":${Math.min(maxOutputTokens, dialect.mostOutputTokens)}`;
  const temperature = temperatureOf(sampling.temperature, dialect.temperature);
  if (temperature !== undefined) start += `,"temperature":${temperature}`;
  if (seed !== undefined && dialect.takesSeed) start += `,"seed":${seed}`;
  if (constraint && dialect.constraintField !== "none")
    start += `,${JSON.stringify(constraintBodies[dialect.constraintField](constraint)).slice(1, -1)}`;
  if (call.request !== undefined) start += `,${JSON.stringify(call.request).slice(1, -1)}`;
  if (call.questions !== undefined && dialect.topLogprobs > 0) start += `,"logprobs":true,"top_logprobs":${dialect.topLogprobs}`;
  const messages = dialect.takesSystemRole ? asked : foldSystem(asked);
  return messagesBytes(`${start},"messages":`, messages, "}", allocate);
}

/** Stands for 0 where a model takes only a positive temperature. */
export const leastTemperature = 0.01;

function temperatureOf(asked: number, taken: Dialect["temperature"]): number | undefined {
  if (taken === "any") return asked;
  if (taken === "none") return undefined;
  return taken === "positive" ? Math.max(asked, leastTemperature) : taken;
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
 * Content as text, or as an array of parts as some servers write it. Parts of reasoning are left
 * out. The schema is lenient, because a reply that was paid is not thrown away for a field in an
 * unusual form.
 */
const textOrParts = z
  .union([
    z.string(),
    z
      .array(z.object({ type: z.string().catch("text"), text: z.string().catch("") }))
      .transform((parts) => parts.map(({ type, text }) => (/think|reason/i.test(type) ? "" : text)).join("")),
  ])
  .nullish();
const replySchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: textOrParts,
          refusal: z.string().nullish().catch(null),
          tool_calls: z.array(z.unknown()).nullish().catch(null),
          function_call: z.unknown().optional(),
        }),
        finish_reason: z.string().nullish().catch(null),
        logprobs: logprobsSchema,
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: z.coerce.number().catch(0),
      completion_tokens: z.coerce.number().catch(0),
      cache_read_input_tokens: z.number().optional().catch(undefined),
      prompt_tokens_details: z
        .object({ cached_tokens: z.number().catch(0) })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});

/**
 * Reads the body of a reply with status 2xx.
 * @param question The question that the call asked, if it asked one.
 * @throws ModelError `bad-reply`, retryable, when the body is cut short or not a chat completion.
 * @throws RefusedInReply when the body is an error.
 */
export function readReply(
  body: string,
  circumstances: Pick<ModelReply, "tookMs" | "quota" | "endpoint"> = {},
  question?: Question,
): ModelReply {
  const value = parseBody(body);
  const status = errorStatusIn(value);
  if (status !== undefined) throw new RefusedInReply(status);
  const parsed = replySchema.safeParse(value);
  const choice = parsed.data?.choices[0];
  if (!choice) throw new ModelError("bad-reply", `expected a chat completion with choices, found: ${excerpt(body)}`, { retryable: true });
  const { message, finish_reason: said } = choice;
  const ended = finishReasonOf(said);
  if (ended === "broken")
    throw new ModelError("bad-reply", `the server broke the reply off (finish reason "${said}")`, { retryable: true });
  const scores = question && answerScores(choice.logprobs, question);
  // No tools are offered, so a call of one is no answer.
  const usage = parsed.data?.usage;
  const cachedTokens = usage?.cache_read_input_tokens ?? usage?.prompt_tokens_details?.cached_tokens ?? 0;
  const isCall = (message.tool_calls?.length ?? 0) > 0 || message.function_call != null;
  const finishReason = message.content == null && message.refusal != null ? "content-filter" : isCall ? "other" : ended;
  return {
    text: message.content ?? message.refusal ?? "",
    finishReason,
    ...(finishReason === "other" ? { endedBy: isCall ? "a tool call" : `finish reason "${said}"` } : {}),
    usage: { inputTokens: usage?.prompt_tokens ?? 0, outputTokens: usage?.completion_tokens ?? 0 },
    ...(cachedTokens > 0 ? { cachedTokens } : {}),
    ...(scores ? { scores: [scores] } : {}),
    ...circumstances,
  };
}
