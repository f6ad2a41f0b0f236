import { statSync } from "node:fs";
import { z } from "zod";
import { SysGenError } from "../../errors.ts";
import type { Journal, JournalEntry } from "../../models/with-journal.ts";
import type { ModelReply } from "../../models/model.ts";
import { AppendLog, type AppendLogOptions } from "./append-log.ts";
import { CallTable } from "./call-table.ts";
import { contentAt, intactIn, isIntact, valueIn } from "./checked-line.ts";
import { PaidTotals, type MeanCalls, type PaidCalls } from "./paid-totals.ts";
import { readLines } from "../../platform/read-lines.ts";

/**
 * A line of journal.jsonl after its checksum: a paid call. The keys that are counted stand first,
 * so that counting need not parse the reply.
 */
const lineSchema = z.object({
  address: z.string(),
  /** The name of the call's purpose. Any text: another version may have purposes of its own. */
  phase: z.string(),
  model: z.string(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  tookMs: z.number().nullable(),
  /** The reply came out of a batch, which costs less. */
  lane: z.literal("batch").optional(),
  finishReason: z.enum(["stop", "length", "content-filter", "other"]),
  scores: z.array(z.array(z.number()).readonly()).readonly().optional(),
  text: z.string(),
});
type Line = z.infer<typeof lineSchema>;

/** Bytes of another journal's lines that are written together. */
const joinedTogether = 1024 * 1024;

export interface CallJournalOptions extends AppendLogOptions {
  readonly readOnly: boolean;
  /** Bytes that the file is known to have had on disk. A shorter file is damaged. */
  readonly leastBytes: number;
  /** Leaves the reading to `catchUp`. Default false. */
  readonly lazily?: boolean;
}

/**
 * The journal of paid calls, the run's only state. The file has a line for each call and only
 * grows, so the millionth reply is kept as fast as the first. The place of each line is held in
 * memory.
 */
export class CallJournal implements Journal {
  readonly #path: string;
  readonly #log: AppendLog;
  readonly #table = new CallTable();
  readonly #totals = new PaidTotals();
  /** The byte up to which the file was read into the table. */
  #taken = 0;

  /**
   * Reads the file once. A last line that a crash left unfinished is cut off, and with `readOnly`
   * passed over. So is an unfinished line that another process went on behind.
   * @throws SysGenError when the file is damaged before its end.
   */
  constructor(path: string, { readOnly, leastBytes, lazily = false, mayWrite }: CallJournalOptions) {
    this.#path = path;
    this.#log = new AppendLog(path, { readOnly, mayWrite });
    if (this.#log.end < leastBytes) {
      throw new SysGenError(
        `${path} is damaged: it has ${this.#log.end} bytes, and had ${leastBytes}. It holds the replies that were paid for: restore it from a copy; or, to go on with what is left, delete index.sqlite beside it.`,
      );
    }
    if (lazily) return;
    const torn = this.#take(Infinity);
    if (torn !== undefined && torn < leastBytes) throw this.#damaged(torn);
    if (torn !== undefined && !readOnly) this.#log.truncate(torn);
  }

  /**
   * Reads on where the last read ended, beside the process that writes.
   * @returns How much of the file is read, from 0 to 1.
   */
  catchUp(mostBytes: number): number {
    const before = this.#taken;
    this.#take(mostBytes);
    const size = statSync(this.#path).size;
    // The rest may be half a line.
    return this.#taken === before || this.#taken >= size ? 1 : this.#taken / size;
  }

  /**
   * Takes in the lines that are new.
   * @returns The byte where an unfinished line begins, if there is one.
   */
  #take(mostBytes: number): number | undefined {
    let torn: number | undefined;
    const until = this.#taken + mostBytes;
    for (const { bytes, at, isWhole } of readLines(this.#path, this.#taken)) {
      if (at >= until) break;
      const calls = isWhole && torn === undefined ? callsIn(bytes) : [];
      for (const { head, from } of calls) {
        this.#table.add(head.address, at + from);
        this.#totals.add(head);
      }
      if (calls.length > 0) this.#taken = at + bytes.length + 1;
      else if (isWhole && valueIn(bytes) !== undefined) throw this.#damaged(torn ?? at);
      else torn ??= at;
    }
    return torn;
  }

  get(address: string): ModelReply | undefined {
    for (const place of this.#table.find(address)) {
      const [found] = intactIn(this.#log.readLine(place));
      const line = found?.from === 0 ? lineSchema.safeParse(valueIn(found.line)).data : undefined;
      if (line === undefined) throw this.#damaged(place);
      if (line.address !== address) continue;
      const { text, finishReason, inputTokens, outputTokens, scores, lane } = line;
      return { text, finishReason, usage: { inputTokens, outputTokens }, ...(scores && { scores }), ...(lane && { lane }) };
    }
    return undefined;
  }

  async put(address: string, { phase, model, reply }: JournalEntry): Promise<void> {
    const { text, finishReason, usage, scores, lane } = reply;
    const { inputTokens, outputTokens } = usage;
    const tookMs = reply.tookMs === undefined ? null : Math.round(reply.tookMs);
    const line: Line = {
      address,
      phase,
      model,
      inputTokens,
      outputTokens,
      tookMs,
      ...(lane && { lane }),
      finishReason,
      ...(scores ? { scores } : {}),
      text,
    };
    const { at, durable } = this.#log.append(line);
    await durable;
    this.#table.add(address, at);
    this.#totals.add(line);
  }

  /**
   * Takes over the calls of another journal that this one does not hold. Each line is checked by
   * its own sum. A last line that is unfinished is left out, since its writer may be at work.
   * @returns How many calls were taken over, all that were paid there, and how many lines are not
   * as they were written.
   */
  async join(path: string): Promise<{ readonly calls: number; readonly paid: readonly PaidCalls[]; readonly damaged: number }> {
    const paid = new PaidTotals();
    let calls = 0;
    let damaged = 0;
    let bytesWaiting = 0;
    const waiting = new Map<string, { readonly head: Head; readonly at: number }>();
    const settle = async (): Promise<void> => {
      await this.#log.settled();
      for (const [address, { head, at }] of waiting) {
        this.#table.add(address, at);
        this.#totals.add(head);
      }
      waiting.clear();
      bytesWaiting = 0;
    };
    for (const { bytes, isWhole } of readLines(path)) {
      if (!isWhole) continue;
      const found = callsIn(bytes);
      if (found.length === 0) damaged++;
      for (const { head, line } of found) {
        paid.add(head);
        if (waiting.has(head.address) || this.get(head.address) !== undefined) continue;
        waiting.set(head.address, { head, at: this.#log.appendLine(line).at });
        calls++;
        bytesWaiting += line.length;
      }
      if (bytesWaiting > joinedTogether) await settle();
    }
    await settle();
    return { calls, paid: paid.list(), damaged };
  }

  /** Bytes of the file that a power loss cannot take. */
  get bytesOnDisk(): number {
    return this.#log.onDisk;
  }

  /** Calls paid in the life of this run directory, by phase and model. */
  countPaid(): PaidCalls[] {
    return this.#totals.list();
  }

  /**
   * Means by phase and model. Calls without usage are left out, because servers that report none
   * leave zeros.
   */
  meanCalls(): MeanCalls[] {
    return this.#totals.means();
  }

  settled(): Promise<void> {
    return this.#log.settled();
  }

  close(): void {
    this.#log.close();
  }

  #damaged(at: number): SysGenError {
    return new SysGenError(
      `${this.#path} is damaged at byte ${at} (a line that is not as it was written). It holds the replies that were paid for: restore it from a copy.`,
    );
  }
}

type Head = Pick<Line, "address" | "phase" | "model" | "inputTokens" | "outputTokens" | "tookMs" | "lane">;
const headEnd = Buffer.from(',"finishReason":');

/**
 * The part of a line before its reply. Undefined when the line is no paid call, or is not as it was
 * written.
 */
function headOf(bytes: Buffer): Head | undefined {
  // A whole line ends with the reply's quote and the object's bracket.
  if (bytes.at(-1) !== 0x7d || bytes.at(-2) !== 0x22) return undefined;
  if (!isIntact(bytes)) return undefined;
  // The checksum is not parsed. V8 keeps a table of all short texts that it parses, and would spend
  // more time on that than on the sum.
  const usual = usualHead.exec(bytes.toString("latin1", contentAt, contentAt + usualLength));
  if (usual !== null) {
    const [, address = "", phase = "", model = "", inputTokens, outputTokens, tookMs, lane] = usual;
    return {
      address,
      phase,
      model,
      inputTokens: Number(inputTokens),
      outputTokens: Number(outputTokens),
      tookMs: tookMs === "null" ? null : Number(tookMs),
      ...(lane === undefined ? {} : { lane: "batch" }),
    };
  }
  try {
    return headSchema.parse(JSON.parse(`{${bytes.toString("utf8", contentAt, bytes.indexOf(headEnd))}}`));
  } catch {
    return undefined;
  }
}

/**
 * The paid calls of a line, one as a rule, each with the byte of the line at which it begins.
 * Several where the lines of two writers ran into each other.
 */
function callsIn(bytes: Buffer): { readonly head: Head; readonly line: Buffer; readonly from: number }[] {
  const usual = headOf(bytes);
  if (usual !== undefined) return [{ head: usual, line: bytes, from: 0 }];
  return intactIn(bytes).flatMap(({ line, from }) => {
    const head = headOf(line);
    return head === undefined ? [] : [{ head, line, from }];
  });
}

const headSchema = lineSchema.omit({ finishReason: true, scores: true, text: true });

/**
 * The beginning of nearly all lines. The expression takes a third of the time of `JSON.parse`. What
 * it saves at the start of a run makes up for the checksums.
 */
const usualHead = new RegExp(
  String.raw`^"address":"([\w-]+)","phase":"([\w-]+)","model":"([ !#-[\]-~]+)","inputTokens":(\d+),"outputTokens":(\d+),"tookMs":(\d+|null)(?:,"lane":"(batch)")?,"finishReason":`,
);
const usualLength = 320;
