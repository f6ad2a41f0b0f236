import { z } from "zod";
import { messageOf } from "../errors.ts";
import type { Journal, JournalEntry } from "../models/with-journal.ts";
import type { ModelReply } from "../models/model.ts";
import { phaseNames, type PhaseName } from "../records/outcome.ts";
import { closeDatabase, diskFull, isDiskFull, openDatabase, openForReading, type Sqlite } from "./database.ts";

const schema = `
CREATE TABLE IF NOT EXISTS calls (
  address TEXT PRIMARY KEY,
  phase TEXT NOT NULL,
  model TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reply TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS results (
  position INTEGER PRIMARY KEY,
  line INTEGER NOT NULL,
  digest TEXT NOT NULL,
  outcome TEXT NOT NULL,
  phase TEXT,
  reason TEXT,
  body TEXT NOT NULL,
  source TEXT
);`;

/** What became of one row. `body` is its line in dataset.jsonl or rejected.jsonl. */
export interface Result {
  /** Position among the input's rows, from 0. */
  readonly position: number;
  readonly line: number;
  /** Hash of the row's text: a changed row is done anew. */
  readonly digest: string;
  readonly outcome: "done" | "dropped" | "failed";
  readonly phase?: string;
  readonly reason?: string;
  readonly body: string;
  /** The row's own text, which `sysgen export` writes rows like; kept for rows that are done. */
  readonly source?: string;
}

export interface PhaseCalls {
  readonly phase: PhaseName;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface OutcomeCount {
  readonly outcome: Result["outcome"];
  readonly phase: string | null;
  readonly reason: string | null;
  readonly rows: number;
}

const storedReply = z.object({
  text: z.string(),
  finishReason: z.enum(["stop", "length", "content-filter", "other"]),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }),
});
const callRow = z.object({ reply: z.string() });
const stateRow = z.object({ digest: z.string(), outcome: z.string(), reason: z.string().nullable() });
const callsRow = z.object({
  phase: z.enum(phaseNames),
  calls: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
});
const outcomeRow = z.object({
  outcome: z.enum(["done", "dropped", "failed"]),
  phase: z.string().nullable(),
  reason: z.string().nullable(),
  rows: z.number(),
});

const pageRow = z.object({ position: z.number(), body: z.string(), source: z.string().nullish() });

/** Run directories of earlier versions have no such column. */
function addColumn(database: Sqlite): void {
  const names = z.array(z.object({ name: z.string() })).parse(database.prepare("PRAGMA table_info(results)").all());
  if (!names.some(({ name }) => name === "source")) database.exec("ALTER TABLE results ADD COLUMN source TEXT");
}

/** A full disk makes SQLite roll back by itself; a second rollback would be an error that hides the first. */
function rollBack(database: Sqlite): void {
  if (database.inTransaction) database.exec("ROLLBACK");
}

/** Writes that come within this time share one transaction, and so one wait for the disk. */
const gatherMs = 4;
const largestBatch = 200;

/** The journal of paid calls, the run's only state; and the results, which can be made from it again at no cost. */
export class Store implements Journal {
  readonly #path: string;
  readonly #database: Sqlite;
  readonly #statements;
  #writes: (() => void)[] = [];
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @throws SysGenError when the file is damaged. With `readOnly` a run that is at work can be looked at. */
  constructor(path: string, { readOnly = false } = {}) {
    this.#path = path;
    const database = readOnly ? openForReading(path) : openDatabase(path, schema);
    this.#database = database;
    if (!readOnly) addColumn(database);
    this.#statements = {
      getCall: database.prepare("SELECT reply FROM calls WHERE address = ?"),
      putCall: database.prepare("INSERT OR IGNORE INTO calls VALUES (?, ?, ?, ?, ?, ?)"),
      getState: database.prepare("SELECT digest, outcome, reason FROM results WHERE position = ?"),
      deleteResult: database.prepare("DELETE FROM results WHERE position = ?"),
      putResult: database.prepare("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
    };
  }

  get(address: string): ModelReply | undefined {
    const row = this.#statements.getCall.get(address);
    return row === undefined ? undefined : storedReply.parse(JSON.parse(callRow.parse(row).reply));
  }

  put(address: string, { phase, model, reply }: JournalEntry): Promise<void> {
    const { inputTokens, outputTokens } = reply.usage;
    return this.#write(() => this.#statements.putCall.run(address, phase, model, inputTokens, outputTokens, JSON.stringify(reply)));
  }

  putResult(result: Result): Promise<void> {
    const { position, line, digest, outcome, phase = null, reason = null, body, source = null } = result;
    return this.#write(() => this.#statements.putResult.run(position, line, digest, outcome, phase, reason, body, source));
  }

  /**
   * Whether the row at this position is done or dropped already, with this very text. A failed row is tried again; the result of
   * another text that stood here is forgotten.
   */
  settled(position: number, digest: string): boolean {
    const row = this.#statements.getState.get(position);
    if (row === undefined) return false;
    const state = stateRow.parse(row);
    if (state.digest !== digest) this.#statements.deleteResult.run(position);
    // A context may have grown since; asking is free while it has not.
    return state.digest === digest && state.outcome !== "failed" && state.reason !== "too-long";
  }

  /** Forgets results, which a changed configuration makes stale; no call is forgotten. */
  clearResults(from = 0): void {
    this.#database.prepare("DELETE FROM results WHERE position >= ?").run(from);
  }

  /** Forgets the results at other positions: rows that are no longer taken from the input. */
  keepResults(isKept: (position: number) => boolean): void {
    const positions = z.array(z.object({ position: z.number() })).parse(this.#database.prepare("SELECT position FROM results").all());
    this.#database.exec("BEGIN");
    for (const { position } of positions) if (!isKept(position)) this.#statements.deleteResult.run(position);
    this.#database.exec("COMMIT");
  }

  /** The lines of one output file in input order; one batch is in memory at a time. */
  *bodies(outcomes: readonly Result["outcome"][]): Generator<string, void, void> {
    for (const { body } of this.#pages("body", outcomes)) yield body;
  }

  /** The rows that are done, in input order: their lines in dataset.jsonl, and their own text where it was kept. */
  *done(): Generator<{ body: string; source: string | undefined }, void, void> {
    for (const { body, source } of this.#pages("body, source", ["done"])) yield { body, source: source ?? undefined };
  }

  *#pages(columns: string, outcomes: readonly Result["outcome"][]): Generator<z.infer<typeof pageRow>, void, void> {
    const page = this.#database.prepare(
      `SELECT position, ${columns} FROM results WHERE outcome IN (${outcomes.map(() => "?").join(", ")}) AND position > ? ORDER BY position LIMIT 64`,
    );
    for (let after = -1; ;) {
      const batch = z.array(pageRow).parse(page.all(...outcomes, after));
      const last = batch.at(-1);
      if (last === undefined) return;
      yield* batch;
      after = last.position;
    }
  }

  /** Calls paid in the life of this run directory, by phase. */
  countCalls(): PhaseCalls[] {
    const rows = this.#database
      .prepare(
        "SELECT phase, count(*) AS calls, sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens FROM calls GROUP BY phase",
      )
      .all();
    const counts = z.array(callsRow).parse(rows);
    return phaseNames.flatMap((phase) => counts.find((row) => row.phase === phase) ?? []);
  }

  countOutcomes(): OutcomeCount[] {
    const rows = this.#database
      .prepare("SELECT outcome, phase, reason, count(*) AS rows FROM results GROUP BY outcome, phase, reason ORDER BY rows DESC, reason")
      .all();
    return z.array(outcomeRow).parse(rows);
  }

  close(): void {
    this.#flush();
    closeDatabase(this.#database);
  }

  /** Resolves when the write is on disk. */
  #write(write: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#writes.push(write);
      this.#waiting.push({ resolve, reject });
      if (this.#writes.length >= largestBatch) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
    });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const writes = this.#writes;
    const waiting = this.#waiting;
    if (writes.length === 0) return;
    this.#writes = [];
    this.#waiting = [];
    try {
      this.#database.exec("BEGIN");
      for (const write of writes) write();
      this.#database.exec("COMMIT");
    } catch (error) {
      rollBack(this.#database);
      const failure = isDiskFull(error)
        ? diskFull(this.#path, error)
        : new Error(`cannot write ${this.#path}: ${messageOf(error)}`, { cause: error });
      waiting.forEach(({ reject }) => reject(failure));
      return;
    }
    waiting.forEach(({ resolve }) => resolve());
  }
}
