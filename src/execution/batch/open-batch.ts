import { existsSync, rmSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Budget, Spending } from "../../models/spending/budget.ts";
import { atMost, nothing, sum } from "../../models/spending/budget.ts";
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
  /** Whether a pass over the rows has left replies unread. */
  isKept = false;
  #replies: ReplyFile | undefined;
  #reserved: Spending = nothing;
  /** Calls that have ended in this process, with the places of their lines. */
  readonly #settled = new CallTable();
  /** Replies among them. */
  #read = 0;

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
    const { replies, kept } = this.#replies?.counts ?? { replies: 0, kept: 0 };
    return replies - kept - this.#read;
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

  /** Notes what is reserved already (`reserveForBatch` of the lane). */
  holds(reserved: Spending): void {
    this.#reserved = reserved;
  }

  /** Reserves what a batch of an earlier process may use that is not in the journal. */
  reserve(): void {
    this.#reserved = this.#mostToCome;
    this.#budget?.reserveOpen(this.#reserved);
  }

  /**
   * The rows have asked for what they need, and replies are left. Gives back what is reserved for
   * lines that brought none.
   */
  keepUnread(): void {
    this.isKept = true;
    const rest = atMost(this.#mostToCome, this.#reserved);
    this.#budget?.settleBatch(sum(this.#reserved, rest, -1), nothing);
    this.#reserved = rest;
  }

  /** What its calls may use. Once it has ended, they are those whose replies are not read. */
  get #mostToCome(): Spending {
    const { reserved, requests } = this.record;
    const share = this.isOpen ? 1 : this.unread / requests;
    return { calls: Math.ceil(reserved.calls * share), tokens: Math.ceil(reserved.tokens * share), cost: reserved.cost * share };
  }

  /**
   * A call of the batch has ended. Each row of the same conversation says so, and it counts once.
   * @param line Undefined for a call that the batch did not come to.
   */
  settle(address: string, line: FoundLine | undefined, need: Spending, actual: Spending): void {
    const place = line === undefined ? 0 : line.place + 1;
    if (this.#settled.find(address).includes(place)) return;
    this.#settled.add(address, place);
    const hasReply = line !== undefined && isReply(line.status);
    if (hasReply) this.#read++;
    // A batch that ended in an earlier process has reserved for its replies alone.
    else if (this.isOld) return;
    // Shares are rounded, so the last call takes all that is left.
    const held = need.calls >= this.#reserved.calls ? this.#reserved : atMost(need, this.#reserved);
    this.#reserved = sum(this.#reserved, held, -1);
    this.#budget?.settleBatch(held, actual);
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
   * Gives back what is still reserved, and removes the files. A file of replies is left that
   * another program wrote, or that has lines which nobody understood, because they are paid.
   */
  async end(): Promise<void> {
    this.#budget?.settleBatch(this.#reserved, nothing);
    this.#reserved = nothing;
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
