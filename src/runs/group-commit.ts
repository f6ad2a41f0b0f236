import { closeSync, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";
import type { Sqlite } from "./database.ts";

const syncData = promisify(fdatasync);

/** A batch holds the event loop while it is written; a larger backlog is parted. */
const largestBatch = 256;

interface Write {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes that arrive together share one transaction and one wait for the disk. The first of a lull is written in the same turn of the
 * event loop; what comes while the disk is at work waits for it and goes next: so a write is durable after at most two syncs, and no
 * clock is involved.
 *
 * SQLite commits with `synchronous=NORMAL`, which writes the log and does not wait; the wait is ours, an fdatasync of the log off the event
 * loop. That is what `synchronous=FULL` does (https://www.sqlite.org/pragma.html#pragma_synchronous), without holding up the calls in flight.
 */
export class GroupCommit {
  readonly #database: Sqlite;
  readonly #log: string;
  readonly #explain: (error: unknown) => Error;
  #file: number | undefined;
  #queue: Write[] = [];
  #working: Promise<void> | undefined;
  #failure: Error | undefined;

  /** @param explain Makes the error that writers see out of SQLite's or the file system's. */
  constructor(database: Sqlite, databasePath: string, explain: (error: unknown) => Error) {
    this.#database = database;
    this.#log = `${databasePath}-wal`;
    this.#explain = explain;
  }

  /** Resolves when the write is on disk. After a failure nothing more is written: what the disk holds is then unknown. */
  write(run: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ run, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Resolves when nothing is waiting to be written. @throws the failure that ended the writing. */
  async settled(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
    if (this.#failure) throw this.#failure;
  }

  /** To be called once it has settled. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  async #work(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, largestBatch);
      try {
        if (this.#failure) throw this.#failure;
        this.#commit(batch);
        this.#file ??= openSync(this.#log, "r+");
        await syncData(this.#file);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#failure ??= this.#explain(error);
        for (const { reject } of batch) reject(this.#failure);
      }
    }
    this.#working = undefined;
  }

  #commit(batch: readonly Write[]): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const { run } of batch) run();
      this.#database.exec("COMMIT");
    } catch (error) {
      // A full disk makes SQLite roll back by itself; a second rollback would be an error that hides the first.
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}
