import { crc32 } from "node:zlib";
import { z } from "zod";
import { asArrays, checksumColumns, inTransaction, insertMany, reading, type Sqlite } from "./database.ts";
import { TextBytes } from "../../platform/text-bytes.ts";
import { valueIn } from "../journal/checked-line.ts";
import type { RunFiles } from "../run-files.ts";
import { mostPendingBytes, ResultTexts } from "./result-texts.ts";

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

/** Rows that one query counts. */
const countedTogether = 8_192;
/** Places that one query gives. */
const placesAtOnce = 256;

/**
 * What became of the rows. Texts are in results.bin. The rest is in the index, which is brought up
 * to date now and then. Both can be made from the journal again at no cost, so
 * nothing waits for them to be on disk.
 *
 * The index has a checksum of each text. A text that does not match is never given out. A run that
 * is resumed makes its row again.
 */
export class Results {
  readonly #indexPath: string;
  readonly #texts: ResultTexts;
  readonly #mayWrite: () => void;
  readonly #database: Sqlite;
  readonly #statements;
  readonly #checksums: string;
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
    this.#indexPath = files.index;
    this.#mayWrite = mayWrite;
    this.#database = database;
    this.#texts = new ResultTexts(files.results, { readOnly, mayWrite });
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
    if (!readOnly) database.prepare("DELETE FROM results WHERE at + length + coalesce(source_length, 0) > ?").run(this.#texts.end);
    this.#hadSome = database.prepare("SELECT 1 FROM results LIMIT 1").get() !== undefined;
  }

  /** How many results wait to be indexed. */
  get unindexed(): number {
    return this.#unindexedRows;
  }

  /** @throws SysGenError when the disk is full. */
  put({ position, line, digest, outcome: ending, phase, reason, traits, body, source }: Result): void {
    const at = this.#texts.end;
    const [length, sum] = this.#texts.append(body);
    const [sourceLength, sourceSum] = source === undefined ? [null, null] : this.#texts.append(source);
    const values = [position, line, digest, ending, phase ?? null, reason ?? null, traits, at, length, sourceLength, sum, sourceSum];
    const entry = JSON.stringify(values);
    this.#unindexed.add(`${entry.slice(0, -1)},${crc32(entry)}],`);
    this.#unindexedRows++;
    this.#texts.writeMany();
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
    return (
      this.#texts.isIntact(at, length, sum) && (sourceLength === null || this.#texts.isIntact(at + length + 1, sourceLength, sourceSum))
    );
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
    if (from === 0) this.#texts.clear();
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
    for (const place of this.#places(outcomes)) yield this.#texts.line(place.at, place.length, place);
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
    this.#texts.write();
    const meant = this.#unindexed;
    this.#unindexed = this.#spare ?? new TextBytes(mostPendingBytes);
    this.#spare = undefined;
    this.#unindexedRows = 0;
    await this.#texts.sync();
    return () => {
      if (meant.length > 0) this.#statements.put?.(`[${meant.bytes.toString("utf8", 0, meant.length - 1)}]`);
      meant.clear();
      this.#spare = meant;
    };
  }

  close(): void {
    this.#texts.close();
  }

  /** As `ResultTexts.read`. */
  read(...given: Parameters<ResultTexts["read"]>): string {
    return this.#texts.read(...given);
  }

  /** Reads `length` bytes from byte `at`. @throws SysGenError when the file ends before. */
  bytes(at: number, length: number): Buffer {
    return this.#texts.bytes(at, length);
  }

  #body(place: Place): string {
    return this.#texts.read(place.at, place.length, place);
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

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
