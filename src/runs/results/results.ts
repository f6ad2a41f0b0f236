import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { z } from "zod";
import { SysGenError } from "../../errors.ts";
import { inTransaction, insertMany, type Sqlite } from "./database.ts";
import { explainWriteError } from "../../platform/disk-errors.ts";
import { TextBytes } from "../../platform/text-bytes.ts";

const syncData = promisify(fdatasync);

/** What became of one row. */
export interface Result {
  /** Position among the input's rows, from 0. */
  readonly position: number;
  readonly line: number;
  /**
   * Hash of the row's text and of how often it was tried anew (`Retries.resultDigest`). A row whose
   * digest has changed is done anew.
   */
  readonly digest: string;
  readonly outcome: "done" | "dropped" | "failed";
  readonly phase?: string;
  readonly reason?: string;
  /** What the row adds to the tally (`traitsOf`). */
  readonly traits: string;
  /** The row's line in dataset.jsonl or rejected.jsonl, without the line end. */
  readonly body: string;
  /** The row as the input held it, for `sysgen export`. Kept for rows that are done. */
  readonly source?: string;
}

/** A result without its texts. */
export interface ResultState {
  readonly digest: string;
  readonly outcome: Result["outcome"];
  readonly phase: string | null;
  readonly reason: string | null;
}

export interface OutcomeCount {
  readonly outcome: Result["outcome"];
  readonly phase: string | null;
  readonly reason: string | null;
  readonly rows: number;
}

const outcome = z.enum(["done", "dropped", "failed"]);
const stateRow = z.object({ digest: z.string(), outcome, phase: z.string().nullable(), reason: z.string().nullable() });
const outcomeRow = z.object({ outcome, phase: z.string().nullable(), reason: z.string().nullable(), rows: z.number() });
const placesPage = z.array(z.tuple([z.number(), z.number(), z.number(), z.number().nullable()]));

/**
 * Where a row's texts are in results.bin: its line of the output file, and behind it the row as the
 * input held it.
 */
interface Place {
  readonly position: number;
  readonly at: number;
  readonly length: number;
  readonly sourceLength: number | null;
}

/** Texts that wait to be written together, in bytes. */
const mostPendingBytes = 256 * 1024;
/** Rows that one query counts. */
const countedTogether = 8_192;
/** Places that one query gives. */
const placesAtOnce = 256;

/**
 * What became of the rows. Texts are in results.bin, which only grows. The rest is in the index,
 * which is brought up to date now and then. Both can be made from the journal again at no cost, so
 * nothing waits for them to be on disk.
 */
export class Results {
  readonly #path: string;
  readonly #file: number;
  readonly #database: Sqlite;
  readonly #statements;
  #end: number;
  readonly #pending = new TextBytes(mostPendingBytes);
  #bytes = Buffer.allocUnsafeSlow(16 * 1024);
  /** Rows that wait for the index, as JSON with a comma after each. */
  #unindexed = new TextBytes(mostPendingBytes);
  #unindexedRows = 0;
  #spare: TextBytes | undefined;
  /** Whether there was a result when the run began. Without one there is none to look up. */
  readonly #hadSome: boolean;

  constructor(path: string, database: Sqlite, { readOnly }: { readOnly: boolean }) {
    this.#path = path;
    this.#database = database;
    try {
      this.#file = openSync(path, readOnly ? "r" : "a+");
    } catch (error) {
      throw explainWriteError(path, error);
    }
    this.#end = fstatSync(this.#file).size;
    this.#statements = {
      state: database.prepare("SELECT digest, outcome, phase, reason FROM results WHERE position = ?"),
      delete: database.prepare("DELETE FROM results WHERE position = ?"),
      put: insertMany(database, "results", 10, "REPLACE"),
    };
    // A power loss may have taken texts whose places are in the index. Those rows are made anew.
    if (!readOnly) database.prepare("DELETE FROM results WHERE at + length + coalesce(source_length, 0) > ?").run(this.#end);
    this.#hadSome = database.prepare("SELECT 1 FROM results LIMIT 1").get() !== undefined;
  }

  /** How many results wait to be indexed. */
  get unindexed(): number {
    return this.#unindexedRows;
  }

  /** @throws SysGenError when the disk is full. */
  put({ position, line, digest, outcome: ending, phase, reason, traits, body, source }: Result): void {
    const length = this.#pending.add(body);
    this.#pending.addNewline();
    let sourceLength: number | null = null;
    if (source !== undefined) {
      sourceLength = this.#pending.add(source);
      this.#pending.addNewline();
    }
    const values = [position, line, digest, ending, phase ?? null, reason ?? null, traits, this.#end, length, sourceLength];
    this.#unindexed.add(`${JSON.stringify(values)},`);
    this.#unindexedRows++;
    this.#end += length + 1 + (sourceLength === null ? 0 : sourceLength + 1);
    if (this.#pending.length > mostPendingBytes) this.#write();
  }

  state(position: number): ResultState | undefined {
    const row = this.#hadSome ? this.#statements.state.get(position) : undefined;
    return row === undefined ? undefined : stateRow.parse(row);
  }

  /** Forgets the result at a position. */
  forget(position: number): void {
    this.#statements.delete.run(position);
  }

  /** Forgets the results from a position on. The calls behind them stay in the journal. */
  clear(from = 0): void {
    this.#database.prepare("DELETE FROM results WHERE position >= ?").run(from);
    if (from > 0) return;
    ftruncateSync(this.#file, 0);
    this.#end = 0;
  }

  /** Forgets the results at all positions but those that are kept. */
  keep(isKept: (position: number) => boolean): void {
    const positions = z.array(z.object({ position: z.number() })).parse(this.#database.prepare("SELECT position FROM results").all());
    inTransaction(this.#database, () => {
      for (const { position } of positions) if (!isKept(position)) this.#statements.delete.run(position);
    });
  }

  /**
   * The lines of an output file in input order, with their line ends, in UTF-8. The bytes of a line
   * are overwritten when the next line is asked for.
   */
  *bodies(outcomes: readonly Result["outcome"][]): Generator<Uint8Array, void, void> {
    for (const { at, length } of this.#places(outcomes)) yield this.#borrow(at, length + 1);
  }

  /**
   * Rows with these outcomes in input order, each with its position among the input's rows and its
   * line.
   */
  *lines(outcomes: readonly Result["outcome"][]): Generator<{ position: number; body: string }, void, void> {
    for (const { position, at, length } of this.#places(outcomes)) yield { position, body: this.read(at, length) };
  }

  /** The line of the row at a position. Undefined when the row has no result yet. */
  line(position: number): string | undefined {
    const [found] = this.#placesWhere("position = ?")(position);
    return found && this.read(found.at, found.length);
  }

  /**
   * The rows that are done, in input order, each with its line in dataset.jsonl and its own text
   * where that was kept.
   */
  *done(): Generator<{ body: string; source: string | undefined }, void, void> {
    for (const { at, length, sourceLength } of this.#places(["done"])) {
      const source = sourceLength === null ? undefined : this.read(at + length + 1, sourceLength);
      yield { body: this.read(at, length), source };
    }
  }

  /** Rows by outcome, phase and reason, the most frequent first. */
  count(): OutcomeCount[] {
    const counts = this.#countEach("outcome, phase, reason").map(([[ending, phase, reason], rows]) =>
      outcomeRow.parse({ outcome: ending, phase, reason, rows }),
    );
    return counts.toSorted((a, b) => b.rows - a.rows || byText(a.reason ?? "", b.reason ?? ""));
  }

  /** How many rows have which traits. */
  countTraits(): { traits: string; rows: number }[] {
    return this.#countEach("traits").map(([[traits], rows]) => ({ traits: z.string().parse(traits), rows }));
  }

  /**
   * How many rows have which values in some columns. Counts a range of rows at a time, because
   * SQLite holds all rows that it groups in memory.
   */
  #countEach(columns: string): [unknown[], number][] {
    const range = this.#database
      .prepare(`SELECT ${columns}, count(*) FROM results WHERE position >= ? AND position < ? GROUP BY ${columns}`)
      .raw();
    const [end] = z.tuple([z.number()]).parse(this.#database.prepare("SELECT coalesce(max(position) + 1, 0) FROM results").raw().get());
    const counts = new Map<string, [unknown[], number]>();
    for (let from = 0; from < end; from += countedTogether) {
      for (const row of z.array(z.array(z.unknown())).parse(range.all(from, from + countedTogether))) {
        const values = row.slice(0, -1);
        const key = JSON.stringify(values);
        const rows = z.number().parse(row.at(-1)) + (counts.get(key)?.[1] ?? 0);
        counts.set(key, [values, rows]);
      }
    }
    return [...counts.values()];
  }

  /**
   * Puts the texts on disk.
   * @returns A function that writes their rows into the index. It is to be called within a
   * transaction, and before the next `sync`.
   */
  async sync(): Promise<() => void> {
    this.#write();
    const meant = this.#unindexed;
    this.#unindexed = this.#spare ?? new TextBytes(mostPendingBytes);
    this.#spare = undefined;
    this.#unindexedRows = 0;
    await syncData(this.#file).catch((error: unknown) => {
      throw explainWriteError(this.#path, error);
    });
    return () => {
      if (meant.length > 0) this.#statements.put(`[${meant.bytes.toString("utf8", 0, meant.length - 1)}]`);
      meant.clear();
      this.#spare = meant;
    };
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(): void {
    const { bytes } = this.#pending;
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      throw explainWriteError(this.#path, error);
    } finally {
      this.#pending.clear();
    }
  }

  /** Reads `length` bytes from byte `at` as text. @throws SysGenError when the file ends before. */
  read(at: number, length: number): string {
    return this.#borrow(at, length).toString("utf8");
  }

  /** Reads `length` bytes from byte `at`. The next read overwrites them. */
  #borrow(at: number, length: number): Buffer {
    // One buffer for all reads. V8 does not count the memory of buffers, so it would leave hundreds
    // of thousands of them uncollected.
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(2 * length);
    this.#fill(this.#bytes, at, length);
    return this.#bytes.subarray(0, length);
  }

  /** Reads `length` bytes from byte `at`. @throws SysGenError when the file ends before. */
  bytes(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    this.#fill(bytes, at, length);
    return bytes;
  }

  #fill(bytes: Buffer, at: number, length: number): void {
    if (readSync(this.#file, bytes, 0, length, at) !== length)
      throw new SysGenError(`${this.#path} ends before byte ${at + length}. Run the run's command again: it makes the file anew.`);
  }

  *#places(outcomes: readonly Result["outcome"][]): Generator<Place, void, void> {
    const page = this.#placesWhere(`outcome IN (${outcomes.map(() => "?").join(", ")}) AND position > ?`);
    for (let after = -1; ;) {
      const found = page(...outcomes, after);
      const last = found.at(-1);
      if (last === undefined) return;
      yield* found;
      after = last.position;
    }
  }

  /**
   * Prepares a query of places in input order, `placesAtOnce` at a time. SQLite gives them as one
   * JSON text, because fetching value by value takes several times as long as finding them.
   */
  #placesWhere(condition: string): (...values: (string | number)[]) => Place[] {
    const statement = this.#database
      .prepare(
        `SELECT json_group_array(json_array(position, at, length, source_length) ORDER BY position)
         FROM (SELECT * FROM results WHERE ${condition} ORDER BY position LIMIT ${placesAtOnce})`,
      )
      .raw();
    return (...values) => {
      const [text] = z.tuple([z.string()]).parse(statement.get(...values));
      return placesPage.parse(JSON.parse(text)).map(([position, at, length, sourceLength]) => ({ position, at, length, sourceLength }));
    };
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
