import { existsSync, rmSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Budget, Spending } from "../../models/spending/budget.ts";
import { nothing, sum } from "../../models/spending/budget.ts";
import type { BatchRecord } from "../../runs/batches/batch-log.ts";
import { isReply, ReplyFile, type FoundLine, type ReplyCounts } from "../../runs/batches/reply-file.ts";
import { CallTable } from "../../runs/journal/call-table.ts";
import { RequestFile } from "../../runs/batches/request-file.ts";

/** The files of a batch, beside each other in the run directory's `batches/`. */
export interface BatchFiles {
  readonly requests: string;
  readonly replies: string;
}

/** The files of a batch in a folder, by the batch's number. */
export function batchFilesOf(folder: string, batch: number): BatchFiles {
  const name = join(folder, String(batch).padStart(4, "0"));
  return { requests: `${name}.in.jsonl`, replies: `${name}.out.jsonl` };
}

/** A batch that is not taken whole yet, with what it has reserved of the budget. */
export class OpenBatch {
  readonly files: BatchFiles;
  readonly requests: RequestFile;
  readonly #budget: Budget | undefined;
  record: BatchRecord;
  #replies: ReplyFile | undefined;
  #reserved: Spending = nothing;
  /** Replies that were read in this process. */
  readonly #read = new CallTable();
  #readCount = 0;

  constructor(record: BatchRecord, files: BatchFiles, budget: Budget | undefined) {
    this.record = record;
    this.isOld = record.step === "ended";
    this.files = files;
    this.requests = new RequestFile(files.requests);
    this.#budget = budget;
  }

  /** Whether other programs answer the file of requests. */
  get isFile(): boolean {
    return this.record.server === undefined;
  }

  /** What the lines of its output are. Undefined until they are loaded. */
  get counts(): ReplyCounts | undefined {
    return this.#replies?.counts;
  }

  /**
   * Whether it ended in an earlier process, so that what its errors say of the account or the
   * server may be mended since.
   */
  readonly isOld: boolean;

  /** Whether replies may still come. */
  get isOpen(): boolean {
    return this.record.step !== "ended" && this.record.step !== "taken";
  }

  /** Whether all replies that came are read. */
  get isRead(): boolean {
    return this.#replies !== undefined && this.unread <= 0;
  }

  /** Replies that nobody has asked for. */
  get unread(): number {
    const { replies, kept } = this.#replies?.counts ?? { replies: 0, kept: 0 };
    return replies - kept - this.#readCount;
  }

  /** A line of the batch was read. */
  wasRead(address: string, { status, place }: FoundLine): void {
    if (!isReply(status) || this.#read.find(address).includes(place)) return;
    this.#read.add(address, place);
    this.#readCount++;
  }

  /**
   * Looks at the replies that are on disk.
   * @param isKept Whether the journal holds the call.
   */
  loadReplies(isKept: (address: string) => boolean): ReplyFile {
    this.#replies?.close();
    this.#replies = new ReplyFile(this.files.replies, (address) => this.requests.has(address), isKept);
    return this.#replies;
  }

  /** Forgets replies of a download that was broken off. */
  clearReplies(): void {
    rmSync(this.files.replies, { force: true });
  }

  /** The reply or the error of a call, once the batch has ended. */
  find(address: string): FoundLine | undefined {
    return this.#replies?.find(address);
  }

  /** Notes what is reserved already (`reserve` of the lane). */
  holds(reserved: Spending): void {
    this.#reserved = reserved;
  }

  /** Reserves what the part of the batch may use that is not in the journal. */
  reserve(share: number): void {
    const { calls, tokens, cost } = this.record.reserved;
    this.#reserved = { calls: Math.ceil(calls * share), tokens: Math.ceil(tokens * share), cost: cost * share };
    this.#budget?.reserveOpen(this.#reserved);
  }

  /** A call of the batch has ended. */
  settle(need: Spending, actual: Spending): void {
    const held = atMost(need, this.#reserved);
    this.#reserved = sum(this.#reserved, held, -1);
    this.#budget?.settle(held, actual);
  }

  /** Whether the batch is completed, and its output says nothing of a call of it. */
  leftOut(address: string): boolean {
    return (
      this.record.step === "ended" && this.record.state === "completed" && this.requests.has(address) && this.find(address) === undefined
    );
  }

  /**
   * Calls of a completed batch that its output says nothing of. Those of any other batch were never
   * tried.
   */
  unanswered(): string[] {
    const { replies = 0, errors = 0 } = this.counts ?? {};
    if (this.record.state !== "completed" || replies + errors >= this.record.requests) return [];
    return this.requests.addresses().filter((address) => this.#replies?.find(address) === undefined);
  }

  /**
   * Gives back what is still reserved, and removes the files. A file of replies that another
   * program wrote is left.
   */
  async end(): Promise<void> {
    this.#budget?.settle(this.#reserved, nothing);
    this.#reserved = nothing;
    this.close();
    await rm(this.files.requests, { force: true });
    if (!this.isFile) await rm(this.files.replies, { force: true });
  }

  close(): void {
    this.requests.close();
    this.#replies?.close();
  }

  /** When the file of replies was last written to. Undefined when there is none. */
  get repliesWrittenMs(): number | undefined {
    return existsSync(this.files.replies) ? statSync(this.files.replies).mtimeMs : undefined;
  }
}

function atMost(a: Spending, b: Spending): Spending {
  return { calls: Math.min(a.calls, b.calls), tokens: Math.min(a.tokens, b.tokens), cost: Math.min(a.cost, b.cost) };
}
