import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { SysGenError } from "../../errors.ts";
import { asArrays, checksumColumns, inTransaction, insertMany, reading, type Sqlite } from "./database.ts";
import { explainForeignWrite, explainWriteError } from "../../platform/disk-errors.ts";
import { TextBytes } from "../../platform/text-bytes.ts";
import { valueIn } from "../journal/checked-line.ts";
import type { RunFiles } from "../run-files.ts";

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
/** A row of the table, its columns in order. */
const entryRow = z.tuple([
  z.number(),
  z.number(),
  z.string(),
  outcome,
  z.string().nullable(),
  z.string().nullable(),
  z.string(),
  z.number(),
  z.number(),
  z.number().nullable(),
  z.number().nullable(),
  z.number().nullable(),
  z.number().nullable(),
]);
/** The columns without the checksums. */
const columns = "position, line, digest, outcome, phase, reason, traits, at, length, source_length";
const outcomeRow = z.object({ outcome, phase: z.string().nullable(), reason: z.string().nullable(), rows: z.number() });
const jsonText = z.string().refine((text) => valueIn(Buffer.from(text)) !== undefined);
const placesPage = z.array(
  z.tuple([z.number(), z.number(), z.number(), z.number().nullable(), z.number().nullable(), z.number().nullable()]),
);

/**
 * Where a row's texts are in results.bin: its line of the output file, and behind it the row as the
 * input held it.
 */
interface Place {
  readonly position: number;
  readonly at: number;
  readonly length: number;
  readonly sourceLength: number | null;
  /** CRC-32 of the line. Null where another version wrote the result. */
  readonly sum: number | null;
  /** CRC-32 of the row as the input held it. */
  readonly sourceSum: number | null;
}

export interface ResultsOptions {
  readonly readOnly?: boolean;
  /** Called before each write. What it throws ends the writing. */
  readonly mayWrite?: (() => void) | undefined;
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
 *
 * The index has a checksum of each text. A text that does not match is never given out. A run that
 * is resumed makes its row again.
 */
export class Results {
  readonly #path: string;
  readonly #indexPath: string;
  readonly #file: number;
  readonly #mayWrite: () => void;
  readonly #database: Sqlite;
  readonly #statements;
  readonly #checksums: string;
  #end: number;
  /** Length of the file as this process left it. */
  #written: number;
  readonly #pending = new TextBytes(mostPendingBytes);
  #bytes = Buffer.allocUnsafeSlow(16 * 1024);
  /** Rows that wait for the index, as JSON with a comma after each. */
  #unindexed = new TextBytes(mostPendingBytes);
  #unindexedRows = 0;
  #spare: TextBytes | undefined;
  /** Whether there was a result when the run began. Without one there is none to look up. */
  #hadSome: boolean;

  constructor(
    files: Pick<RunFiles, "results" | "index">,
    database: Sqlite,
    { readOnly = false, mayWrite = () => {} }: ResultsOptions = {},
  ) {
    this.#path = files.results;
    this.#indexPath = files.index;
    this.#mayWrite = mayWrite;
    this.#database = database;
    try {
      this.#file = openSync(this.#path, readOnly ? "r" : "a+");
    } catch (error) {
      throw explainWriteError(this.#path, error);
    }
    this.#end = this.#written = fstatSync(this.#file).size;
    this.#checksums = checksumColumns(database);
    this.#statements = {
      entry: database.prepare(
        `SELECT ${columns}, ${this.#checksums}
         FROM results WHERE position = ?`,
        asArrays,
      ),
      delete: database.prepare("DELETE FROM results WHERE position = ?"),
      // The index of another version may have fewer columns, which does not matter to a reader.
      put: readOnly ? undefined : insertMany(database, "results", entryRow.def.items.length, "REPLACE"),
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
    const [length, sum] = this.#append(body);
    const [sourceLength, sourceSum] = source === undefined ? [null, null] : this.#append(source);
    const values = [position, line, digest, ending, phase ?? null, reason ?? null, traits, this.#end, length, sourceLength, sum, sourceSum];
    const entry = JSON.stringify(values);
    this.#unindexed.add(`${entry.slice(0, -1)},${crc32(entry)}],`);
    this.#unindexedRows++;
    this.#end += length + 1 + (sourceLength === null ? 0 : sourceLength + 1);
    if (this.#pending.length > mostPendingBytes) this.#write();
  }

  /** @returns The text's length in bytes, and its checksum. */
  #append(text: string): [length: number, sum: number] {
    const from = this.#pending.length;
    const length = this.#pending.add(text);
    const sum = crc32(this.#pending.bytes.subarray(from));
    this.#pending.addNewline();
    return [length, sum];
  }

  /**
   * What became of the row at a position. Undefined when it has no result yet, or one that is not
   * as it was written.
   */
  state(position: number): ResultState | undefined {
    if (!this.#hadSome) return undefined;
    const { data: entry } = entryRow.safeParse(this.#statements.entry.get(position));
    if (entry === undefined || !this.#isWhole(entry)) return undefined;
    const [, , digest, ending, phase, reason] = entry;
    return { digest, outcome: ending, phase, reason };
  }

  /** Whether a result and its texts are as they were written. */
  #isWhole(entry: z.infer<typeof entryRow>): boolean {
    const entrySum = entry.at(-1);
    if (entrySum !== null && entrySum !== crc32(JSON.stringify(entry.slice(0, -1)))) return false;
    const [, , , , , , , at, length, sourceLength, sum, sourceSum] = entry;
    return this.#isIntact(at, length, sum) && (sourceLength === null || this.#isIntact(at + length + 1, sourceLength, sourceSum));
  }

  /** Another pass over the rows begins, and looks for the results that the index has by now. */
  passBegins(): void {
    this.#hadSome = true;
  }

  /** Forgets the result at a position. */
  forget(position: number): void {
    this.#mayWrite();
    this.#statements.delete.run(position);
  }

  /** Forgets the results from a position on. The calls behind them stay in the journal. */
  clear(from = 0): void {
    this.#mayWrite();
    this.#database.prepare("DELETE FROM results WHERE position >= ?").run(from);
    if (from > 0) return;
    ftruncateSync(this.#file, 0);
    this.#end = this.#written = 0;
  }

  /** Forgets the results at all positions but those that are kept. */
  keep(isKept: (position: number) => boolean): void {
    this.#mayWrite();
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
    for (const place of this.#places(outcomes)) yield this.#line(place);
  }

  /**
   * Rows with these outcomes in input order, each with its position among the input's rows and its
   * line.
   */
  *lines(outcomes: readonly Result["outcome"][]): Generator<{ position: number; body: string }, void, void> {
    for (const place of this.#places(outcomes)) yield { position: place.position, body: this.#body(place) };
  }

  /** The line of the row at a position. Undefined when the row has no result yet. */
  line(position: number): string | undefined {
    const [found] = this.#placesWhere("position = ?")(position);
    return found && this.#body(found);
  }

  /** All results that are as they were written, in input order. The others are passed over. */
  *intact(): Generator<Result, void, void> {
    const page = this.#database.prepare(
      `SELECT json_group_array(json_array(${columns}, sum, source_sum, entry_sum) ORDER BY position)
       FROM (SELECT ${columns}, ${this.#checksums} FROM results WHERE position > ? ORDER BY position LIMIT ${placesAtOnce})`,
      asArrays,
    );
    for (let after = -1; ;) {
      const [text] = this.#ask(() => z.tuple([z.string()]).parse(page.get(after)));
      const entries = z.array(z.array(z.unknown())).parse(JSON.parse(text));
      if (entries.length === 0) return;
      for (const values of entries) {
        after = z.number().parse(values[0]);
        const { data: entry } = entryRow.safeParse(values);
        if (entry === undefined || !this.#isWhole(entry)) continue;
        const [position, line, digest, ending, phase, reason, traits, at, length, sourceLength] = entry;
        yield {
          position,
          line,
          digest,
          outcome: ending,
          ...(phase === null ? {} : { phase }),
          ...(reason === null ? {} : { reason }),
          traits,
          body: this.read(at, length),
          ...(sourceLength === null ? {} : { source: this.read(at + length + 1, sourceLength) }),
        };
      }
    }
  }

  /**
   * The rows that are done, in input order, each with its line in dataset.jsonl and its own text
   * where that was kept.
   */
  *done(): Generator<{ body: string; source: string | undefined }, void, void> {
    for (const place of this.#places(["done"])) {
      const { position, at, length, sourceLength, sourceSum } = place;
      const source = sourceLength === null ? undefined : this.read(at + length + 1, sourceLength, { sum: sourceSum, position });
      yield { body: this.#body(place), source };
    }
  }

  /** How many rows have a result. */
  get size(): number {
    return this.#ask(() => z.tuple([z.number()]).parse(this.#database.prepare("SELECT count(*) FROM results", asArrays).get())[0]);
  }

  /** Rows by outcome, phase and reason, the most frequent first. */
  count(): OutcomeCount[] {
    const counts = this.#countEach("outcome, phase, reason").map(([[ending, phase, reason], rows]) =>
      this.#ask(() => outcomeRow.parse({ outcome: ending, phase, reason, rows })),
    );
    return counts.toSorted((a, b) => b.rows - a.rows || byText(a.reason ?? "", b.reason ?? ""));
  }

  /** How many rows have which traits. */
  countTraits(): { traits: string; rows: number }[] {
    return this.#countEach("traits").map(([[traits], rows]) => ({ traits: this.#ask(() => jsonText.parse(traits)), rows }));
  }

  /**
   * How many rows have which values in some columns. Counts a range of rows at a time, because
   * SQLite holds all rows that it groups in memory.
   */
  #countEach(columns: string): [unknown[], number][] {
    return this.#ask(() => this.#counted(columns));
  }

  #counted(columns: string): [unknown[], number][] {
    const range = this.#database.prepare(
      `SELECT ${columns}, count(*) FROM results WHERE position >= ? AND position < ? GROUP BY ${columns}`,
      asArrays,
    );
    const [end] = z.tuple([z.number()]).parse(this.#database.prepare("SELECT coalesce(max(position) + 1, 0) FROM results", asArrays).get());
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
      if (meant.length > 0) this.#statements.put?.(`[${meant.bytes.toString("utf8", 0, meant.length - 1)}]`);
      meant.clear();
      this.#spare = meant;
    };
  }

  close(): void {
    closeSync(this.#file);
  }

  /** @throws SysGenError when another process wrote into the file. */
  #write(): void {
    const { bytes } = this.#pending;
    try {
      this.#mayWrite();
      const { size } = fstatSync(this.#file);
      if (size !== this.#written) throw explainForeignWrite(this.#path, size, this.#written);
      for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
      this.#written += bytes.length;
    } catch (error) {
      throw explainWriteError(this.#path, error);
    } finally {
      this.#pending.clear();
    }
  }

  /**
   * Reads `length` bytes from byte `at` as text.
   * @param known The text's checksum, and the position of its row. Left out for a part of a text.
   * @throws SysGenError when the text is not as it was written, and when the file ends before.
   */
  read(at: number, length: number, known?: { readonly sum: number | null; readonly position: number }): string {
    const bytes = this.#borrow(at, length);
    if (known !== undefined && !matches(bytes, known.sum)) throw this.#damaged(known.position);
    return bytes.toString("utf8");
  }

  #body({ at, length, sum, position }: Place): string {
    return this.read(at, length, { sum, position });
  }

  /** A row's line with its line end. The next read overwrites it. */
  #line({ at, length, sum, position }: Place): Buffer {
    const bytes = this.#borrow(at, length + 1);
    if (bytes[length] !== newline || !matches(bytes.subarray(0, length), sum)) throw this.#damaged(position);
    return bytes;
  }

  #isIntact(at: number, length: number, sum: number | null): boolean {
    if (at + length + 1 > this.#end) return false;
    const bytes = this.#borrow(at, length + 1);
    return bytes[length] === newline && matches(bytes.subarray(0, length), sum);
  }

  #damaged(position: number): SysGenError {
    return new SysGenError(
      `${this.#path} does not hold row ${position + 1} as it was written: it was damaged, or another process wrote into it. Run the run's command again: the row is made again from the journal, and nothing is paid again.`,
    );
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
    const statement = this.#database.prepare(
      `SELECT json_group_array(json_array(position, at, length, source_length, sum, source_sum) ORDER BY position)
       FROM (SELECT position, at, length, source_length, ${this.#checksums} FROM results
             WHERE ${condition} ORDER BY position LIMIT ${placesAtOnce})`,
      asArrays,
    );
    return (...values) =>
      this.#ask(() => {
        const [text] = z.tuple([z.string()]).parse(statement.get(...values));
        return placesPage
          .parse(JSON.parse(text))
          .map(([position, at, length, sourceLength, sum, sourceSum]) => ({ position, at, length, sourceLength, sum, sourceSum }));
      });
  }

  /** @throws SysGenError when the index is damaged. */
  #ask<T>(query: () => T): T {
    return reading(this.#indexPath, query);
  }
}

const newline = 0x0a;

/** Whether a text is as it was written. One of a version without checksums must be JSON. */
function matches(bytes: Buffer, sum: number | null): boolean {
  return sum === null ? valueIn(bytes) !== undefined : crc32(bytes) === sum;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
