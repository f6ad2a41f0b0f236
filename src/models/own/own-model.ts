import { z } from "zod";
import { ModelError } from "../../errors.ts";
import { ownCodeThrew, ownFunction, ownVersion } from "../../platform/own-code.ts";
import type { Usage } from "../../records/usage.ts";
import type { ChatMessage, Model, ModelReply, Sampling } from "../model.ts";
import { messagesOf } from "../openai/wire.ts";

/** What a call asks of a model of one's own, beside its messages. */
export interface ChatOptions extends Sampling {
  /** Aborted once the call's time is up (`timeout`). A run that stops lets calls end. */
  readonly signal: AbortSignal;
}

/** A reply with more than its text. */
export interface ChatReply {
  readonly text: string;
  /** `length` says that the token limit ended the reply. Default `stop`. */
  readonly finishReason?: "stop" | "length" | undefined;
  /** Default 0 tokens. Limits in tokens and dollars then count 3 bytes of text as a token. */
  readonly usage?: Usage | undefined;
}

/**
 * A model of the user's own, which is messages in and text out. Journal, retries, budget and limit
 * of calls at once are those of a server.
 */
export interface OwnModel {
  /**
   * The weights' name. It is part of each call's address in the journal, so other weights need
   * another name.
   */
  readonly name: string;
  /** Marks what `chat` does, for the run's identity. Default is a hash of the function's source. */
  readonly version?: string | undefined;
  /**
   * Writes the reply to the messages.
   * @throws ModelError to say whether the call may be made again. After any other error it is made
   * again, except after one that only a mistake in the code brings, such as a ReferenceError.
   */
  chat(messages: readonly ChatMessage[], options: ChatOptions): Promise<string | ChatReply>;
}

export const ownModelSchema = z.looseObject(
  {
    name: z.string("expected a text").min(1, "expected a name"),
    version: ownVersion,
    chat: ownFunction,
  },
  "expected a model, which is an object with name and chat",
);

const tokens = z.number().min(0);
const replySchema = z.union([
  z.string().transform((text) => ({ text, finishReason: undefined, usage: undefined })),
  z.object({
    text: z.string(),
    finishReason: z.enum(["stop", "length"]).optional(),
    usage: z.object({ inputTokens: tokens, outputTokens: tokens }).optional(),
  }),
]);

/**
 * An own model with the interface of all models.
 * @param timeoutMs Milliseconds that one call may take.
 */
export function ownModel(own: OwnModel, timeoutMs: number): Model {
  const what = `the model ${own.name}`;
  return {
    name: own.name,
    rowsAtOnce: 32,
    outputForm: "tagged",
    questionsAtOnce: "one",
    async call(call) {
      const started = performance.now();
      let said: unknown;
      try {
        said = await within(timeoutMs, what, (signal) => own.chat(messagesOf(call), { ...call.sampling, signal }));
      } catch (error) {
        if (error instanceof ModelError) throw error;
        const { message } = ownCodeThrew(what, error);
        throw isMistake(error)
          ? new ModelError("bad-reply", message, { stops: "at-first", cause: error })
          : new ModelError("server", message, { retryable: true, cause: error });
      }
      return replyOf(said, what, performance.now() - started);
    },
    close: () => Promise.resolve(),
  };
}

/** @throws ModelError when the call takes longer. */
async function within(timeoutMs: number, what: string, ask: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ModelError("timeout", `${what} gave no reply within ${Math.round(timeoutMs / 1000)} s`, { retryable: true }));
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([ask(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

function replyOf(said: unknown, what: string, tookMs: number): ModelReply {
  const read = replySchema.safeParse(said);
  if (!read.success)
    throw new ModelError("bad-reply", `${what} gave back no text: expected a text, or { text, finishReason, usage }`, {
      stops: "at-first",
    });
  const { text, finishReason = "stop", usage = { inputTokens: 0, outputTokens: 0 } } = read.data;
  return { text, finishReason, usage, tookMs };
}

/** Whether the code would throw the same again. `fetch` throws a TypeError with a cause. */
function isMistake(error: unknown): boolean {
  if (error instanceof TypeError) return error.cause === undefined;
  return error instanceof ReferenceError || error instanceof RangeError || error instanceof SyntaxError;
}
