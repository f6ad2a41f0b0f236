import { z } from "zod";
import { ModelError } from "../../errors.ts";
import { excerpt } from "./excerpt.ts";

/**
 * The JSON value of a reply's body. Some servers stream although they are not asked to. Their
 * events are joined to a chat completion. Others write a byte order mark or comments that keep the
 * connection alive before the JSON.
 * @throws ModelError `bad-reply`, retryable, when the body is neither, or cut short.
 */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Read below.
  }
  const text = body.replace(/^\uFEFF/, "").trimStart();
  if (text.startsWith(":") || text.startsWith("data:") || text.startsWith("event:") || text.startsWith("id:")) {
    const events = eventsOf(text);
    if (events.length > 0) return joined(events, text);
  }
  try {
    return JSON.parse(text.replace(/^(?::.*(?:\r\n|\n|\r)+\s*)+/, ""));
  } catch {
    throw new ModelError("bad-reply", `expected a JSON reply, found ${body.length} characters that are none: ${excerpt(body)}`, {
      retryable: true,
    });
  }
}

/** The data of server-sent events (https://html.spec.whatwg.org/multipage/). */
function eventsOf(text: string): string[] {
  return text.split(/(?:\r\n|\n|\r){2,}/).flatMap((event) => {
    const data = event.split(/\r\n|\n|\r/).flatMap((line) => (line.startsWith("data:") ? [line.slice("data:".length).trim()] : []));
    return data.length === 0 ? [] : [data.join("\n")];
  });
}

const text = z.string().nullish().catch(null);
const part = z.looseObject({ content: text, refusal: text, reasoning_content: text, reasoning: text }).nullish().catch(null);
const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        index: z.number().nullish().catch(null),
        delta: part,
        message: part,
        finish_reason: text,
        logprobs: z
          .looseObject({ content: z.array(z.unknown()).nullish().catch(null) })
          .nullish()
          .catch(null),
      }),
    )
    .nullish()
    .catch(null),
  usage: z.unknown().optional(),
  error: z.unknown().optional(),
});

const joinedFields = ["content", "refusal", "reasoning_content", "reasoning"] as const;

/** Joins the events of a stream to the chat completion that would have come in one piece. */
function joined(events: readonly string[], body: string): unknown {
  const message: Record<string, unknown> = { role: "assistant", content: null };
  const tokens: unknown[] = [];
  let finishReason: string | null = null;
  let usage: unknown;
  let isEnded = false;
  for (const event of events) {
    if (event === "[DONE]") {
      isEnded = true;
      continue;
    }
    const chunk = chunkOf(event, body);
    if (chunk.error != null) return chunk;
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.find(({ index }) => (index ?? 0) === 0);
    if (choice === undefined) continue;
    const { delta, message: whole } = choice;
    const piece = delta ?? whole ?? {};
    for (const [field, value] of Object.entries(piece)) {
      const before = message[field];
      const isJoined = joinedFields.some((name) => name === field) && typeof before === "string" && typeof value === "string";
      if (value != null) message[field] = isJoined ? before + value : value;
    }
    tokens.push(...(choice.logprobs?.content ?? []));
    finishReason = choice.finish_reason ?? finishReason;
  }
  if (!isEnded && finishReason === null)
    throw new ModelError("bad-reply", `the stream of the reply ended before the reply did: ${excerpt(body)}`, { retryable: true });
  return {
    choices: [{ index: 0, message, finish_reason: finishReason, logprobs: tokens.length > 0 ? { content: tokens } : null }],
    usage,
  };
}

function chunkOf(event: string, body: string): z.infer<typeof chunkSchema> {
  try {
    return chunkSchema.parse(JSON.parse(event));
  } catch (error) {
    throw new ModelError("bad-reply", `expected a chunk of a chat completion in each event, found: ${excerpt(body)}`, {
      retryable: true,
      cause: error,
    });
  }
}
