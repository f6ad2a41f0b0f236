import { z } from "zod";
import type { SysGenError } from "../errors.ts";
import { closeDatabase, diskFull, isDiskFull, openDatabase, openForReading, unwritable, type Sqlite } from "./database.ts";
import { GroupCommit } from "./group-commit.ts";
import { CallJournal } from "./journal.ts";
import { Results } from "./results.ts";
import { Retries } from "./retries.ts";

const noteRow = z.object({ value: z.string() });

/** The SQLite file of a run directory: the journal, the results, and what a run notes about itself. */
export class Store {
  readonly journal: CallJournal;
  readonly results: Results;
  readonly retries: Retries;
  readonly #database: Sqlite;
  readonly #commits: GroupCommit;

  /** @throws SysGenError when the file is damaged. With `readOnly` a run that is at work can be looked at. */
  constructor(path: string, { readOnly = false } = {}) {
    const database = readOnly ? openForReading(path) : openDatabase(path);
    this.#database = database;
    this.#commits = new GroupCommit(database, path, (error): SysGenError =>
      isDiskFull(error) ? diskFull(path, error) : unwritable(path, error),
    );
    this.journal = new CallJournal(database, this.#commits);
    this.results = new Results(database, this.#commits);
    this.retries = new Retries(database, this.#commits);
  }

  /** What was noted under a name, as JSON text. */
  note(name: string): string | undefined {
    const row = this.#database.prepare("SELECT value FROM notes WHERE name = ?").get(name);
    return row === undefined ? undefined : noteRow.parse(row).value;
  }

  putNote(name: string, value: string): Promise<void> {
    return this.#commits.write(() => this.#database.prepare("INSERT OR REPLACE INTO notes VALUES (?, ?)").run(name, value));
  }

  /** Resolves when all writes are on disk. @throws SysGenError when one failed. */
  settled(): Promise<void> {
    return this.#commits.settled();
  }

  /** To be called once it has settled. */
  close(): void {
    this.#commits.close();
    closeDatabase(this.#database);
  }
}
