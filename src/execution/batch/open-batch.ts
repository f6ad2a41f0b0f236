import { existsSync, rmSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Budget, Spending } from "../../models/spending/budget.ts";
import { nothing, sum } from "../../models/spending/budget.ts";
import type { BatchRecord } from "../../runs/batches/batch-log.ts";
import { isReply, ReplyFile, type FoundLine } from "../../runs/batches/reply-file.ts";
import { CallTable } from "../../runs/journal/call-table.ts";
import { RequestFile } from "../../runs/batches/request-file.ts";

/** The files of a batch, beside each other in the run directory's `batches/`. */
export interface BatchFiles {
  readonly requests: string;
  readonly replies: string;
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
    this.files = files;
    this.requests = new RequestFile(files.requests);
    this.#budget = budget;
  }

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

  /** Closes the files, and gives back what is still reserved. */
  end(): void {
    this.#budget?.settle(this.#reserved, nothing);
    this.#reserved = nothing;
    this.close();
  }

  close(): void {
    this.requests.close();
    this.#replies?.close();
  }

  /** Removes the files once everything is in the journal. */
  async remove({ keepReplies }: { readonly keepReplies: boolean }): Promise<void> {
    await rm(this.files.requests, { force: true });
    if (!keepReplies) await rm(this.files.replies, { force: true });
  }

  /** When the file of replies was last written to. Undefined when there is none. */
  get repliesWrittenMs(): number | undefined {
    return existsSync(this.files.replies) ? statSync(this.files.replies).mtimeMs : undefined;
  }
}

function atMost(a: Spending, b: Spending): Spending {
  return { calls: Math.min(a.calls, b.calls), tokens: Math.min(a.tokens, b.tokens), cost: Math.min(a.cost, b.cost) };
}
