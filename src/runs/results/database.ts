import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { z } from "zod";
import { SysGenError, messageOf } from "../../errors.ts";
import { explainReadError, explainWriteError, isDiskFull } from "../../platform/disk-errors.ts";

export type Sqlite = DatabaseSyncInstance;

/** Has a statement give each row as an array of its values. */
export const asArrays = { returnArrays: true } as const;

/** Version 1 had no checksums. Its results are taken over (`checksumColumns`). */
const version = 2;
/** The CRC-32 of the row's line, of its own text, and of the entry's other values. */
const checksums = ["sum", "source_sum", "entry_sum"] as const;
const tables = `
CREATE TABLE IF NOT EXISTS results (
  position INTEGER PRIMARY KEY,
  line INTEGER NOT NULL,
  digest TEXT NOT NULL,
  outcome TEXT NOT NULL,
  phase TEXT,
  reason TEXT,
  traits TEXT NOT NULL,
  at INTEGER NOT NULL,
  length INTEGER NOT NULL,
  source_length INTEGER,
  sum INTEGER,
  source_sum INTEGER,
  entry_sum INTEGER
);
CREATE TABLE IF NOT EXISTS notes (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
PRAGMA user_version = ${version};`;

/**
 * Opens the run's index. The index can be made from the journal again, so one that is damaged or of
 * another version is thrown away. With WAL and `synchronous=NORMAL` a power loss may take the last
 * commits and cannot damage the file.
 * @throws SysGenError when it cannot be written.
 */
export function openIndex(path: string): Sqlite {
  try {
    return tryOpen(path) ?? reopenEmpty(path);
  } catch (error) {
    if (isDiskFull(error) || !isDamage(error)) throw explainWriteError(path, error);
    return reopenEmpty(path);
  }
}

function reopenEmpty(path: string): Sqlite {
  for (const ending of ["", "-wal", "-shm"]) rmSync(`${path}${ending}`, { force: true });
  const database = tryOpen(path);
  if (database === undefined) throw new SysGenError(`Cannot make ${path} anew. Is the folder writable, and is there room on the disk?`);
  return database;
}

/** Undefined when the index is damaged, or of another version. */
function tryOpen(path: string): Sqlite | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA page_size = 8192");
    // In KiB. Rows come nearly in the order of their key, so the 2 MB that SQLite would take hold
    // pages that are no longer needed.
    database.exec("PRAGMA cache_size = -512");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = NORMAL");
    const known = database.prepare("PRAGMA user_version", asArrays).get();
    const check = database.prepare("PRAGMA quick_check(1)", asArrays).get();
    const isEmpty = database.prepare("SELECT 1 FROM sqlite_master LIMIT 1").get() === undefined;
    const fits = isEmpty || (Array.isArray(known) && (known[0] === version || known[0] === 1));
    if (fits && Array.isArray(check) && check[0] === "ok") {
      if (!isEmpty) for (const name of missingChecksums(database)) database.exec(`ALTER TABLE results ADD COLUMN ${name} INTEGER`);
      database.exec(tables);
      return database;
    }
    database.close();
    return undefined;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens the index beside a process that may write it. SQLite needs a file that the two share, and
 * cannot make that file where the disk is full or cannot be written. A copy of the index is read
 * there.
 * @throws SysGenError when it cannot be read.
 */
export function openForReading(path: string): Sqlite {
  try {
    return tryReading(path);
  } catch (error) {
    if (!/unable to open|disk I\/O|readonly|disk is full/i.test(messageOf(error))) throw explainIndexError(path, error);
    return openCopy(path, error);
  }
}

/**
 * Opens a copy of the index and of what waits in its WAL. The copy is deleted at once, and is there
 * until it is closed.
 * @throws SysGenError when no copy can be made.
 */
function openCopy(path: string, why: unknown): Sqlite {
  for (const folder of [tmpdir(), "/dev/shm"]) {
    let copy: string | undefined;
    try {
      copy = mkdtempSync(join(folder, "sysgen-"));
      const index = join(copy, "index.sqlite");
      for (const ending of ["", "-wal"]) if (existsSync(`${path}${ending}`)) copyFileSync(`${path}${ending}`, `${index}${ending}`);
      return tryReading(index);
    } catch {
      // The next folder may have room.
    } finally {
      if (copy !== undefined) rmSync(copy, { recursive: true, force: true });
    }
  }
  throw new SysGenError(
    `Cannot read ${path} (${messageOf(why)}), nor copy it to ${tmpdir()} to read it there. Set TMPDIR to a folder that can be written and has room.`,
    { cause: why },
  );
}

/** Columns of checksums that the index of another version does not have. */
function missingChecksums(database: Sqlite): string[] {
  const known = new Set<unknown>(database.prepare("SELECT name FROM pragma_table_info('results')", asArrays).all().flat());
  return checksums.filter((name) => !known.has(name));
}

/** Expressions that give the checksums of a result. Null where the index has none. */
export function checksumColumns(database: Sqlite): string {
  const missing = missingChecksums(database);
  return checksums.map((name) => (missing.includes(name) ? `NULL AS ${name}` : name)).join(", ");
}

function tryReading(path: string): Sqlite {
  const database = new DatabaseSync(path);
  try {
    // Not `readOnly`, which cannot make the file that SQLite shares with the writer.
    database.exec("PRAGMA query_only = 1");
    for (const table of ["results", "notes"]) database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Reads from the index.
 * @throws SysGenError when the index is damaged, or cannot be read.
 */
export function reading<T>(path: string, query: () => T): T {
  try {
    return query();
  } catch (error) {
    throw explainIndexError(path, error);
  }
}

function explainIndexError(path: string, error: unknown): SysGenError {
  if (!isDamage(error)) return explainReadError(path, error);
  const why = error instanceof z.ZodError ? "an entry is not as it was written" : messageOf(error);
  return new SysGenError(
    `${path} is damaged (${why}). Run the run's command again: it makes the file anew from the journal, and pays nothing again.`,
    { cause: error },
  );
}

function isDamage(error: unknown): boolean {
  return (
    error instanceof z.ZodError || error instanceof SyntaxError || /malformed|not a database|corrupt|no such table/i.test(messageOf(error))
  );
}

/**
 * Writes the WAL back, then closes. SQLite does not write it back by itself while prepared
 * statements live, and these live until they are collected.
 */
export function closeDatabase(database: Sqlite): void {
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // The disk is full, or another process reads. The WAL stays beside the file and is read at the
    // next start.
  }
  database.close();
}

/** Runs writes as one transaction. */
export function inTransaction(database: Sqlite, writes: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    writes();
    database.exec("COMMIT");
  } catch (error) {
    // On a full disk SQLite rolls back by itself. A second rollback would be an error that hides
    // the first.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Makes a statement that inserts many rows into a table in one go. Binding the values one by one
 * takes several times as long as the insertion.
 * @param how What to do about a row whose key is there already.
 * @returns A function that inserts rows given as JSON, an array with an array of values a row.
 */
export function insertMany(database: Sqlite, table: string, columns: number, how: "IGNORE" | "REPLACE"): (rows: string) => void {
  const values = Array.from({ length: columns }, (_, index) => `value ->> ${index}`).join(", ");
  const statement = database.prepare(`INSERT OR ${how} INTO ${table} SELECT ${values} FROM json_each(?)`);
  return (rows) => void statement.run(rows);
}
