import { existsSync } from "node:fs";
import { z } from "zod";
import type { LineReply } from "../../models/batch-port.ts";
import { errorStatusIn } from "../../models/openai/refused-in-reply.ts";
import { readLines } from "../../platform/read-lines.ts";
import { noUsage, type Usage } from "../../records/usage.ts";
import { CallTable } from "../journal/call-table.ts";
import { valueIn } from "../journal/checked-line.ts";
import { LineReader } from "./line-reader.ts";

const lineSchema = z.looseObject({
  custom_id: z.string(),
  response: z.looseObject({ status_code: z.number().nullish(), body: z.unknown() }).nullish().catch(null),
  error: z.unknown().optional(),
});
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
  /** Lines that are none, or of no call of the batch. */
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
      if (line === undefined || !isAsked(line.custom_id)) this.counts.strange++;
      else this.#add(line, at);
    }
  }

  /** The reply or the error of a call. Undefined when there is none. */
  find(address: string): FoundLine | undefined {
    const found = this.#lineOf(address, this.#replies) ?? this.#lineOf(address, this.#errors);
    const reply = found && replyIn(found.line);
    return found && reply && { ...reply, place: found.place, use: useIn(found.line, reply) };
  }

  close(): void {
    this.#lines.close();
  }

  #add(line: Line, at: number): void {
    const reply = replyIn(line);
    if (reply === undefined) return;
    const isGood = isReply(reply.status);
    const table = isGood ? this.#replies : this.#errors;
    if (this.#lineOf(line.custom_id, table) !== undefined) return;
    table.add(line.custom_id, at);
    this.counts[isGood ? "replies" : "errors"]++;
    if (isGood) this.#onReply(line.custom_id, useIn(line, reply));
  }

  #lineOf(address: string, table: CallTable): { readonly line: Line; readonly place: number } | undefined {
    for (const place of table.find(address)) {
      const line = lineIn(this.#lines.at(place));
      if (line?.custom_id === address) return { line, place };
    }
    return undefined;
  }
}

function lineIn(bytes: Buffer): Line | undefined {
  return lineSchema.safeParse(valueIn(bytes)).data;
}

/** Undefined for a request that the server never came to. */
function replyIn({ response, error }: Line): LineReply | undefined {
  const status = response?.status_code ?? undefined;
  if (response?.body != null) return { status: status ?? 200, body: JSON.stringify(response.body) };
  const code = z.looseObject({ code: z.string() }).safeParse(error).data?.code ?? "";
  if (untried.test(code)) return undefined;
  const named = errorStatusIn({ error }) ?? 0;
  return { status: status ?? (named < 400 ? unknownStatus : named), body: JSON.stringify({ error: error ?? "no reply and no error" }) };
}

const usageSchema = z.object({
  usage: z
    .object({ prompt_tokens: z.number(), completion_tokens: z.number() })
    .transform((usage) => ({ inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens })),
});

/** A body that is an error is not billed, as online. */
function useIn({ response }: Line, { status }: LineReply): LineUse {
  const body = response?.body;
  if (!isReply(status) || errorStatusIn(body) !== undefined) return { calls: 0, ...noUsage };
  return { calls: 1, ...(usageSchema.safeParse(body).data?.usage ?? noUsage) };
}

/** Whether a line of this status is a reply. Any other is an error. */
export function isReply(status: number): boolean {
  return status >= 200 && status < 300;
}
