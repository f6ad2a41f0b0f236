import { existsSync } from "node:fs";
import { z } from "zod";
import type { LineReply } from "../../models/batch-port.ts";
import { errorStatusIn } from "../../models/openai/refused-in-reply.ts";
import { readLines } from "../../platform/read-lines.ts";
import { noUsage, type Usage } from "../../records/usage.ts";
import { CallTable } from "../journal/call-table.ts";
import { valueIn } from "../journal/checked-line.ts";
import { LineReader } from "./line-reader.ts";

const lineSchema = z.looseObject({ custom_id: z.string(), response: z.unknown().optional(), error: z.unknown().optional() });
const statusSchema = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{3}$/)
    .transform(Number),
]);
const responseSchema = z.looseObject({ status_code: statusSchema.nullish().catch(null), body: z.unknown().optional() });
/** What some servers put in the place of the response. */
const completionSchema = z.looseObject({ choices: z.array(z.unknown()) });
type Line = z.infer<typeof lineSchema>;

/** What a line was billed. The tokens are 0 where the server reports none. */
export interface LineUse extends Usage {
  /** 0 for an error. */
  readonly calls: 0 | 1;
}

/** A line of the file. */
export interface FoundLine extends LineReply {
  /** The byte at which it begins. */
  readonly place: number;
  readonly use: LineUse;
}

/** Lines of requests that the server never came to. */
const untried = /^(?:batch_)?(?:expired|cancel+ed)$/;
/** A line that failed for a reason that is not told is worth another try. */
const unknownStatus = 500;

/** What the lines of a file of replies are. */
export interface ReplyCounts {
  /** Calls with a reply. */
  replies: number;
  /** Calls with an error. */
  errors: number;
  /** Lines that are none, that say nothing of their call, or that are of no call of the batch. */
  strange: number;
}

/**
 * The lines that came back for a batch, by the addresses of their calls. Lines may be shuffled,
 * doubled, missing, foreign or torn. A reply counts more than an error of the same call, and the
 * first of two counts.
 */
export class ReplyFile {
  readonly #lines: LineReader;
  readonly #replies = new CallTable();
  readonly #errors = new CallTable();
  readonly counts: ReplyCounts = { replies: 0, errors: 0, strange: 0 };
  readonly #onReply: (address: string, use: LineUse) => void;

  /**
   * @param isAsked Whether the batch asked for the call.
   * @param onReply Told of each call with a reply while the file is read.
   */
  constructor(path: string, isAsked: (address: string) => boolean, onReply: (address: string, use: LineUse) => void = () => {}) {
    this.#onReply = onReply;
    this.#lines = new LineReader(path);
    if (!existsSync(path)) return;
    for (const { bytes, at } of readLines(path)) {
      if (bytes.length === 0) continue;
      const line = lineIn(bytes);
      if (line === undefined || !isAsked(line.custom_id) || !this.#add(line, at)) this.counts.strange++;
    }
  }

  /** The reply or the error of a call. Undefined when there is none. */
  find(address: string): FoundLine | undefined {
    const found = this.#lineOf(address, this.#replies) ?? this.#lineOf(address, this.#errors);
    const reply = found && replyIn(found.line);
    return found && typeof reply === "object" ? { ...reply, place: found.place, use: useIn(found.line, reply) } : undefined;
  }

  close(): void {
    this.#lines.close();
  }

  /** Returns whether the line says what became of its call. */
  #add(line: Line, at: number): boolean {
    const reply = replyIn(line);
    if (typeof reply === "string") return reply === "untried";
    const isGood = isReply(reply.status);
    const table = isGood ? this.#replies : this.#errors;
    if (this.#lineOf(line.custom_id, table) !== undefined) return true;
    table.add(line.custom_id, at);
    this.counts[isGood ? "replies" : "errors"]++;
    if (isGood) this.#onReply(line.custom_id, useIn(line, reply));
    return true;
  }

  #lineOf(address: string, table: CallTable): { readonly line: Line; readonly place: number } | undefined {
    for (const place of table.find(address)) {
      const line = lineIn(this.#lines.at(place));
      if (line?.custom_id === address) return { line, place };
    }
    return undefined;
  }
}

/** @param bytes An output that went through another system may begin with a byte order mark. */
function lineIn(bytes: Buffer): Line | undefined {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return lineSchema.safeParse(valueIn(isMarked ? bytes.subarray(3) : bytes)).data;
}

/** `untried` is a request that the server never came to, and `strange` a line that says nothing. */
function replyIn({ response, error }: Line): LineReply | "untried" | "strange" {
  const status = responseSchema.safeParse(response).data?.status_code;
  const given = bodyIn(response);
  if (given != null) return { status: status ?? 200, body: typeof given === "string" ? given : JSON.stringify(given) };
  const isError = error != null || (status != null && !isReply(status));
  if (!isError) return "strange";
  const code = z.looseObject({ code: z.string() }).safeParse(error).data?.code ?? "";
  if (untried.test(code)) return "untried";
  const named = errorStatusIn({ error }) ?? 0;
  return { status: status ?? (named < 400 ? unknownStatus : named), body: JSON.stringify({ error: error ?? "no reply and no error" }) };
}

/** The body of a response, which some servers give in the place of the response. */
function bodyIn(response: unknown): unknown {
  return responseSchema.safeParse(response).data?.body ?? completionSchema.safeParse(response).data;
}

const usageSchema = z.object({
  usage: z
    .object({ prompt_tokens: z.number(), completion_tokens: z.number() })
    .transform((usage) => ({ inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens })),
});

/** A body that is an error is not billed, as online. */
function useIn({ response }: Line, { status }: LineReply): LineUse {
  const given = bodyIn(response);
  const body = typeof given === "string" ? valueIn(Buffer.from(given)) : given;
  if (!isReply(status) || errorStatusIn(body) !== undefined) return { calls: 0, ...noUsage };
  return { calls: 1, ...(usageSchema.safeParse(body).data?.usage ?? noUsage) };
}

/** Whether a line of this status is a reply. Any other is an error. */
export function isReply(status: number): boolean {
  return status >= 200 && status < 300;
}
