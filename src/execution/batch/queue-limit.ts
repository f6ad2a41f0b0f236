import type { BatchRecord } from "../../runs/batches/batch-log.ts";
import { failureOf } from "./batch-failure.ts";
import { mostRequests } from "./batch-options.ts";

/**
 * How many requests a batch may have, and whether batches go up one after another. Both follow from
 * the batches that were refused for a limit of queued tokens.
 */
export class QueueLimit {
  #most = mostRequests;
  #isMet = false;

  /** @param known Batches of earlier processes. */
  constructor(known: readonly BatchRecord[]) {
    for (const { state, said = "", requests } of known)
      if (state === "failed" && failureOf(said) === "queue") this.refused(requests, false);
  }

  /** The most requests of a batch. */
  get most(): number {
    return this.#most;
  }

  get oneAtATime(): boolean {
    return this.#isMet;
  }

  /**
   * A batch was refused.
   * @param others Whether others were open, so that the batch may pass once they have ended.
   */
  refused(requests: number, others: boolean): void {
    this.#isMet = true;
    if (!others) this.#most = Math.min(this.#most, Math.ceil(requests / 2));
  }
}
