import { ModelError } from "../../errors.ts";
import type { BatchLog, BatchRecord } from "../../runs/batches/batch-log.ts";

/** The longest delay that a server may ask for between two looks. */
const longestDelayMs = 60_000;

/**
 * Servers that do not answer for a while. A command that may wait a day waits until they do. A
 * server that has never taken a file of this run is not waited for, because its address or the
 * settings may be wrong.
 */
export class Outages {
  readonly #log: BatchLog;
  readonly #onNotice: (text: string) => void;
  /** How long each server that is out asked to be left alone, in milliseconds. */
  readonly #out = new Map<string, number>();

  constructor(log: BatchLog, onNotice: (text: string) => void) {
    this.#log = log;
    this.#onNotice = onNotice;
  }

  /** How long the servers that are out ask to be left alone, in milliseconds. */
  get delayMs(): number {
    return Math.max(0, ...this.#out.values());
  }

  /**
   * Asks a batch's server for something.
   * @returns Undefined when the server does not answer now. A notice says so once.
   * @throws What the work throws, unless the same may succeed later.
   */
  async ask<T>({ batch, server = "" }: BatchRecord, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const found = await work();
      this.#out.delete(server);
      return found;
    } catch (error) {
      if (!(error instanceof ModelError) || !error.retryable || !this.#isKnown(server)) throw error;
      if (!this.#out.has(server)) this.#onNotice(`Batch ${batch}: ${error.message}. It is asked again until the server answers.`);
      this.#out.set(server, Math.min(error.retryAfterMs ?? 0, longestDelayMs));
      return undefined;
    }
  }

  /** Whether the server has taken a file of this run. */
  #isKnown(server: string): boolean {
    return this.#log.all.some((record) => record.server === server && record.file !== undefined);
  }
}
