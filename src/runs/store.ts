import { z } from "zod";
import { closeDatabase, inTransaction, openForReading, openIndex, reading, type Sqlite } from "./results/database.ts";
import { explainWriteError } from "../platform/disk-errors.ts";
import { BatchLog } from "./batches/batch-log.ts";
import { CallJournal } from "./journal/journal.ts";
import type { Owner } from "./owner.ts";
import { Results } from "./results/results.ts";
import { Retries } from "./retries.ts";
import type { RunFiles } from "./run-files.ts";

const noteRow = z.object({ value: z.string() });

/** Time between two updates of the index. */
const indexEveryMs = 1_000;
/** Results that may wait for the index. */
const mostUnindexed = 512;

/**
 * The files of a run directory that are written while rows are worked on. The results can be made
 * again from the journal and the retries.
 */
export class Store {
  readonly files: RunFiles;
  readonly journal: CallJournal;
  readonly results: Results;
  readonly retries: Retries;
  readonly #database: Sqlite;
  readonly #owner: Owner | undefined;
  readonly #path: string;
  readonly #notes = new Map<string, string>();
  readonly #timer: NodeJS.Timeout | undefined;
  #indexing: Promise<void> | undefined;
  /** Bytes of the journal that the index knows to be on disk. */
  #notedBytes: number;
  #failure: unknown;
  #batches: BatchLog | undefined;

  /**
   * With `readOnly` a run that is at work can be looked at. Its results may then be a second
   * behind.
   * @param owner Says before each write whether this process may still write.
   * @throws SysGenError when the journal is damaged, or a file cannot be read or written.
   */
  constructor(files: RunFiles, { readOnly = false, owner }: { readOnly?: boolean; owner?: Owner | undefined } = {}) {
    this.files = files;
    this.#path = files.index;
    this.#owner = owner;
    this.#database = readOnly ? openForReading(files.index) : openIndex(files.index);
    // A journal that is shorter than it was on disk lost its end to something else than a crash.
    const leastBytes = Number(this.note("journal-bytes") ?? 0);
    this.#notedBytes = leastBytes;
    const mayWrite = owner?.mayWrite;
    this.journal = new CallJournal(files.journal, { readOnly, leastBytes, mayWrite });
    this.results = new Results(files, this.#database, { readOnly, mayWrite });
    this.retries = new Retries(files.retries, { readOnly, mayWrite });
    if (readOnly) return;
    this.#timer = setInterval(() => void this.index().catch((error: unknown) => (this.#failure ??= error)), indexEveryMs);
    this.#timer.unref();
  }

  /** The batches of the run directory, for a process that may write. */
  get batches(): BatchLog {
    return (this.#batches ??= new BatchLog(this.files.batches, { mayWrite: this.#owner?.mayWrite }));
  }

  /** The note of a name, as JSON text. */
  note(name: string): string | undefined {
    const noted = this.#notes.get(name);
    if (noted !== undefined) return noted;
    return reading(this.#path, () => {
      const row = this.#database.prepare("SELECT value FROM notes WHERE name = ?").get(name);
      return row === undefined ? undefined : noteRow.parse(row).value;
    });
  }

  /**
   * Keeps a note for readers of the run directory. It is on disk with the next update of the index.
   */
  putNote(name: string, value: string): void {
    if (this.note(name) !== value) this.#notes.set(name, value);
  }

  /**
   * Resolves at once while few results wait for the index, and else when the index is up to date.
   * @throws SysGenError when the index could not be written.
   */
  async keepUp(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.results.unindexed > mostUnindexed) await this.index();
  }

  /**
   * Brings the index up to date. Writes nothing when it is.
   * @throws SysGenError when it cannot be written.
   */
  index(): Promise<void> {
    if (this.#indexing === undefined && !this.#hasNews()) return Promise.resolve();
    this.#indexing ??= this.results
      .sync()
      .then((putResults) => this.#index(putResults))
      .finally(() => (this.#indexing = undefined));
    return this.#indexing;
  }

  /**
   * Resolves when all calls and results are on disk and in the index.
   * @throws SysGenError when a file could not be written.
   */
  async settled(): Promise<void> {
    await this.journal.settled();
    await this.#indexing;
    await this.index();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** To be called once `settled` has resolved. */
  close(): void {
    clearInterval(this.#timer);
    this.journal.close();
    this.retries.close();
    this.#batches?.close();
    this.results.close();
    // Closing writes into the index, which is another process's by then.
    if (this.#owner?.isLost !== true) closeDatabase(this.#database);
  }

  #hasNews(): boolean {
    return this.results.unindexed > 0 || this.#notes.size > 0 || this.journal.bytesOnDisk !== this.#notedBytes;
  }

  #index(putResults: () => void): void {
    const { bytesOnDisk } = this.journal;
    this.#owner?.mayWrite();
    try {
      inTransaction(this.#database, () => {
        putResults();
        this.#notes.set("journal-bytes", String(bytesOnDisk));
        for (const [name, value] of this.#notes) this.#database.prepare("INSERT OR REPLACE INTO notes VALUES (?, ?)").run(name, value);
        this.#notes.clear();
      });
      this.#notedBytes = bytesOnDisk;
    } catch (error) {
      throw explainWriteError(this.#path, error);
    }
  }
}
