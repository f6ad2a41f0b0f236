import { existsSync, rmSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { nothing, sum, type Spending } from "../../models/spending/budget.ts";
import type { OpenedBudget } from "../../models/spending/open-budget.ts";
import type { Journal } from "../../models/with-journal.ts";
import type { BatchRecord, BilledCalls } from "../../runs/batches/batch-log.ts";
import { isReply, ReplyFile, type FoundLine, type ReplyCounts } from "../../runs/batches/reply-file.ts";
import { RequestFile } from "../../runs/batches/request-file.ts";
import { CallTable } from "../../runs/journal/call-table.ts";
import { spendingOf } from "../../runs/spending.ts";

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

/** What the calls of a batch count in, of a process that takes their replies. */
interface BatchBeside {
  readonly budget?: OpenedBudget | undefined;
  /** Where replies are kept. */
  readonly journal?: Pick<Journal, "get"> | undefined;
}

const none: BilledCalls = { calls: 0, inputTokens: 0, outputTokens: 0 };

/**
 * A batch that is not taken whole yet, with its share of the budget. It has reserved the most that
 * its calls can use. Once it has ended, that comes free, and what its provider bills is spent.
 */
export class OpenBatch {
  readonly files: BatchFiles;
  readonly requests: RequestFile;
  readonly #beside: BatchBeside;
  record: BatchRecord;
  /** Whether a pass over the rows has left replies unread. */
  isKept = false;
  #replies: ReplyFile | undefined;
  #reserved: Spending = nothing;
  /** What was billed and is not in the journal as a reply of this batch. */
  #billed: BilledCalls = none;
  /** Replies to calls that the journal holds by another payment. */
  #paidTwice = 0;
  /** Replies to calls that the journal held when they were loaded. */
  #kept = 0;
  /** Calls whose replies were read in this process, with the places of their lines. */
  readonly #readLines = new CallTable();
  #read = 0;

  constructor(record: BatchRecord, files: BatchFiles, beside: BatchBeside = {}) {
    this.record = record;
    this.isOld = record.step === "ended";
    this.files = files;
    this.requests = new RequestFile(files.requests);
    this.#beside = beside;
  }

  /** Whether other programs answer the file of requests. */
  get isFile(): boolean {
    return this.record.server === undefined;
  }

  /** Whether its file of requests is as it was written. */
  get isWhole(): boolean {
    return this.requests.digest === this.record.digest;
  }

  /** What the lines of its output are. Undefined until they are loaded. */
  get counts(): ReplyCounts | undefined {
    return this.#replies?.counts;
  }

  /** Whether it ended in an earlier process. Its errors are asked again, and its replies count. */
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
    return (this.#replies?.counts.replies ?? 0) - this.#kept - this.#read;
  }

  /** What was billed and is not in the journal as a reply of this batch. */
  get billed(): BilledCalls {
    return this.#billed;
  }

  /** Replies to calls that were paid another time meanwhile. */
  get paidTwice(): number {
    return this.#paidTwice;
  }

  /** Calls that the server has done, and whose replies did not come. */
  get unseen(): number {
    const { state, completed = 0, failed = 0, done = 0, requests } = this.record;
    const most = requests - failed;
    return Math.max(0, (state === "lost" && done === 0 ? most : Math.min(done, most)) - completed);
  }

  /** Looks at the replies that are on disk. */
  loadReplies(): ReplyFile {
    this.#replies?.close();
    [this.#billed, this.#paidTwice, this.#kept] = [none, 0, 0];
    const isAsked = (address: string): boolean => this.requests.has(address);
    this.#replies = new ReplyFile(this.files.replies, isAsked, (address, use) => {
      const kept = this.#beside.journal?.get(address);
      // A batch that was open has put no reply into the journal. Earlier versions took them out of
      // files that still grew.
      const isOwn = (this.isOld || this.isFile) && kept?.lane === "batch";
      if (kept !== undefined) this.#kept++;
      if (kept !== undefined && !isOwn) this.#paidTwice++;
      if (!isOwn) this.#billed = more(this.#billed, this.#inFull(use));
    });
    return this.#replies;
  }

  /** Forgets replies of a download that was broken off. */
  clearReplies(): void {
    rmSync(this.files.replies, { force: true });
  }

  /** The reply or the error of a call, once the batch has ended. */
  find(address: string): FoundLine | undefined {
    return this.isOpen ? undefined : this.#replies?.find(address);
  }

  /** Notes what is reserved already (`reserveForBatch` of the lane). */
  holds(reserved: Spending): void {
    this.#reserved = reserved;
  }

  /** Takes its share of the budget, as a batch of an earlier process. */
  takeShare(): void {
    if (!this.isOpen && this.isWhole) {
      this.loadReplies();
      return this.settle();
    }
    this.#reserved = this.#most;
    this.#beside.budget?.budget.reserveOpen(this.#reserved);
  }

  /**
   * It has ended and its replies are loaded. What was reserved comes free, and what is billed is
   * spent.
   */
  settle(): void {
    this.#billed = more(this.#billed, this.#inFull({ calls: this.unseen, inputTokens: 0, outputTokens: 0 }));
    this.#beside.budget?.budget.settleBatch(this.#reserved, this.#spendingOf(this.#billed));
    this.#reserved = nothing;
  }

  /**
   * The row's step has read a line. Each row of the same conversation says so, and it counts once.
   * @param used What the reply used, if it goes into the journal, which counts it from then on.
   */
  read(address: string, line: FoundLine, used?: Spending): void {
    if (!isReply(line.status) || this.#readLines.find(address).includes(line.place)) return;
    this.#readLines.add(address, line.place);
    this.#read++;
    if (used === undefined) return;
    const billed = this.#inFull(line.use);
    this.#billed = more(this.#billed, billed, -1);
    this.#beside.budget?.budget.settleBatch(nothing, sum(used, this.#spendingOf(billed), -1));
  }

  /** Calls whose tokens are not known count as the mean of what they have reserved. */
  #inFull(use: BilledCalls): BilledCalls {
    if (use.inputTokens + use.outputTokens > 0) return use;
    const { reserved, requests } = this.record;
    return { ...use, outputTokens: Math.ceil((use.calls * reserved.tokens) / requests) };
  }

  /**
   * The most that its calls can use. The process that began it looked up no price if its own budget
   * was not in dollars.
   */
  get #most(): Spending {
    const { calls, tokens, cost } = this.record.reserved;
    if (cost > 0) return this.record.reserved;
    const prompts = this.#spendingOf({ calls, inputTokens: tokens, outputTokens: 0 });
    const replies = this.#spendingOf({ calls, inputTokens: 0, outputTokens: tokens });
    return prompts.cost > replies.cost ? prompts : replies;
  }

  #spendingOf(use: BilledCalls): Spending {
    return spendingOf([{ phase: "", model: this.record.model, lane: "batch", ...use }], this.#beside.budget?.priceOf ?? (() => undefined));
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
   * Removes the files. A file of replies is left that another program wrote, or that has lines
   * which nobody understood, because they are paid.
   */
  async end(): Promise<void> {
    this.close();
    await rm(this.files.requests, { force: true });
    const isUnderstood = (this.counts?.strange ?? 0) === 0;
    if (!this.isFile && isUnderstood) await rm(this.files.replies, { force: true });
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

function more(a: BilledCalls, b: BilledCalls, sign: 1 | -1 = 1): BilledCalls {
  return {
    calls: a.calls + sign * b.calls,
    inputTokens: a.inputTokens + sign * b.inputTokens,
    outputTokens: a.outputTokens + sign * b.outputTokens,
  };
}
