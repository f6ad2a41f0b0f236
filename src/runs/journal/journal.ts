import { statSync } from "node:fs";
import { z } from "zod";
import { SysGenError } from "../../errors.ts";
import type { Journal, JournalEntry } from "../../models/with-journal.ts";
import type { ModelReply } from "../../models/model.ts";
import { callPhases } from "../../records/outcome.ts";
import { AppendLog } from "./append-log.ts";
import { CallTable } from "./call-table.ts";
import { contentAt, isIntact, valueIn } from "./checked-line.ts";
import { PaidTotals, type MeanCalls, type PaidCalls } from "./paid-totals.ts";
import { readLines } from "../../platform/read-lines.ts";

/** A line of journal.jsonl: a paid call. What is counted stands first, so that counting need not take the reply apart; before it a checksum. */
const lineSchema = z.object({
  address: z.string(),
  phase: z.enum(callPhases),
  model: z.string(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  tookMs: z.number().nullable(),
  finishReason: z.enum(["stop", "length", "content-filter", "other"]),
  confidences: z.array(z.number()).readonly().optional(),
  text: z.string(),
});
type Line = z.infer<typeof lineSchema>;

/**
 * The journal of paid calls, the run's only state: a line each in a file that only grows, so that the millionth reply is kept as fast as the
 * first. Where each one is, is known in memory.
 */
export class CallJournal implements Journal {
  readonly #path: string;
  readonly #log: AppendLog;
  readonly #table = new CallTable();
  readonly #totals = new PaidTotals();
  /** How much of the file is in the table, as far as it was read. */
  #taken = 0;

  /**
   * Goes through the file once; with `lazily` only `catchUp` does.
   * @param leastBytes How long it was when that was noted last.
   * @throws SysGenError when it is damaged before its end. A last line that a crash left unfinished is cut off; with `readOnly` it is passed over.
   */
  constructor(path: string, { readOnly, leastBytes, lazily = false }: { readOnly: boolean; leastBytes: number; lazily?: boolean }) {
    this.#path = path;
    this.#log = new AppendLog(path, { readOnly });
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

  /** Reads on where it ended, beside the process that writes; so many bytes at most. How far it came, from 0 to 1. */
  catchUp(mostBytes: number): number {
    const before = this.#taken;
    this.#take(mostBytes);
    const size = statSync(this.#path).size;
    // What follows may be half a line.
    return this.#taken === before || this.#taken >= size ? 1 : this.#taken / size;
  }

  /** Goes through the lines that are new; where one begins that was torn by a crash. */
  #take(mostBytes: number): number | undefined {
    let torn: number | undefined;
    const until = this.#taken + mostBytes;
    for (const { bytes, at, isWhole } of readLines(this.#path, this.#taken)) {
      if (at >= until) break;
      const head = isWhole && torn === undefined ? headOf(bytes) : undefined;
      if (head !== undefined) {
        this.#table.add(head.address, at);
        this.#totals.add(head);
        this.#taken = at + bytes.length + 1;
      } else if (isWhole && valueIn(bytes) !== undefined) throw this.#damaged(torn ?? at);
      else torn ??= at;
    }
    return torn;
  }

  get(address: string): ModelReply | undefined {
    for (const place of this.#table.find(address)) {
      const line = lineIn(this.#log.readLine(place));
      if (line === undefined) throw this.#damaged(place);
      const { text, finishReason, inputTokens, outputTokens, confidences } = line;
      if (line.address === address)
        return { text, finishReason, usage: { inputTokens, outputTokens }, ...(confidences ? { confidences } : {}) };
    }
    return undefined;
  }

  async put(address: string, { phase, model, reply }: JournalEntry): Promise<void> {
    const { text, finishReason, usage, confidences } = reply;
    const { inputTokens, outputTokens } = usage;
    const tookMs = reply.tookMs === undefined ? null : Math.round(reply.tookMs);
    const line: Line = {
      address,
      phase,
      model,
      inputTokens,
      outputTokens,
      tookMs,
      finishReason,
      ...(confidences ? { confidences } : {}),
      text,
    };
    const { at, durable } = this.#log.append(line);
    await durable;
    this.#table.add(address, at);
    this.#totals.add(line);
  }

  /** How much of the file is certain to be on disk. */
  get bytesOnDisk(): number {
    return this.#log.onDisk;
  }

  /** Calls paid in the life of this run directory, by phase and model. */
  countPaid(): PaidCalls[] {
    return this.#totals.list();
  }

  /** Means over them; servers that report no usage leave zeros, which are no measurement. */
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

type Head = Pick<Line, "address" | "phase" | "model" | "inputTokens" | "outputTokens" | "tookMs">;
const headEnd = Buffer.from(',"finishReason":');

/** What stands before the reply in a line; undefined when that is no paid call, or not as it was written. */
function headOf(bytes: Buffer): Head | undefined {
  // It was written in one piece: it is whole when its last bytes are there, and no block of it was left empty by a power loss.
  if (bytes.at(-1) !== 0x7d || bytes.at(-2) !== 0x22) return undefined;
  if (!isIntact(bytes)) return undefined;
  // The checksum is not parsed. V8 keeps a table of all short texts that it parses, and would spend
  // more time on that than on the sum.
  const usual = usualHead.exec(bytes.toString("latin1", contentAt, contentAt + usualLength));
  if (usual !== null) {
    const tookMs = usual[6] === "null" ? null : Number(usual[6]);
    return headSchema.parse({
      address: usual[1],
      phase: usual[2],
      model: usual[3],
      inputTokens: Number(usual[4]),
      outputTokens: Number(usual[5]),
      tookMs,
    });
  }
  try {
    return headSchema.parse(JSON.parse(`{${bytes.toString("utf8", contentAt, bytes.indexOf(headEnd))}}`));
  } catch {
    return undefined;
  }
}

const headSchema = lineSchema.omit({ finishReason: true, confidences: true, text: true });

/** Nearly all lines begin like this. Taking them apart so costs a third of what JSON does; the time that it saves at a run's start is what the checksums take. */
const usualHead = new RegExp(
  String.raw`^"address":"([\w-]+)","phase":"(${callPhases.join("|")})","model":"([ !#-[\]-~]+)","inputTokens":(\d+),"outputTokens":(\d+),"tookMs":(\d+|null),"finishReason":`,
);
const usualLength = 320;

function lineIn(bytes: Buffer): Line | undefined {
  return isIntact(bytes) ? lineSchema.safeParse(valueIn(bytes)).data : undefined;
}
