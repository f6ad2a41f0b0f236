import { SysGenError } from "../../errors.ts";
import type { BatchRecord } from "../../runs/batches/batch-log.ts";
import { failureOf } from "./batch-failure.ts";
import { mostBytes, mostRequests } from "./batch-options.ts";

/** The most that a file of requests may hold. */
export interface MostOfBatch {
  readonly requests: number;
  readonly bytes: number;
}

/**
 * How large a batch may be, and whether batches go up one after another. Both follow from the
 * batches that were refused for their size or for a limit of queued tokens.
 */
export class QueueLimit {
  #most: MostOfBatch = { requests: mostRequests, bytes: mostBytes };
  #isMet = false;

  /** @param known Batches of earlier processes. */
  constructor(known: readonly BatchRecord[]) {
    for (const record of known) {
      const why = record.state === "failed" ? failureOf(record.said ?? "") : "other";
      if (why === "size") this.#tooLarge(record);
      if (why === "queue") this.#queueIsFull(record, false);
    }
  }

  /** The most that a batch may hold. */
  get most(): MostOfBatch {
    return this.#most;
  }

  get oneAtATime(): boolean {
    return this.#isMet;
  }

  /**
   * A batch was refused as a whole.
   * @param others Whether others were open, so that the batch may pass once they have ended.
   * @returns What is done about it, as a sentence.
   * @throws SysGenError for a refusal that smaller batches would meet too.
   */
  refused(record: BatchRecord, said: string, others: boolean): string {
    const { batch, requests, bytes } = record;
    const why = failureOf(said);
    if (why === "size" && requests > 1) {
      this.#tooLarge(record);
      return `Batch ${batch} of ${requests} calls and ${bytes} bytes is too large for the server (${said}): its calls go up in batches of at most ${this.#most.requests} calls and ${this.#most.bytes} bytes.`;
    }
    if (why === "queue" && (others || requests > 1)) {
      this.#queueIsFull(record, others);
      return `Batch ${batch} was refused for the limit of queued tokens (${said}): its calls go up in batches of at most ${this.#most.requests}, one after another.`;
    }
    const advice =
      why === "funds"
        ? "The account's funds are low: add to them, and run the same command again"
        : "Mend this, and run the same command again";
    throw new SysGenError(`The server refused batch ${batch} of ${requests} calls: ${said || "no reason given"}. ${advice}`);
  }

  #queueIsFull({ requests }: MostOfBatch, others: boolean): void {
    this.#isMet = true;
    if (!others) this.#most = { ...this.#most, requests: Math.min(this.#most.requests, Math.ceil(requests / 2)) };
  }

  #tooLarge({ requests, bytes }: MostOfBatch): void {
    const { most } = this;
    this.#most = { requests: Math.min(most.requests, Math.ceil(requests / 2)), bytes: Math.min(most.bytes, Math.ceil(bytes / 2)) };
  }
}
