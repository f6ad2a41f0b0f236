import Database from "libsql";
import { SysGenError, messageOf } from "../errors.ts";
import { isCurrent, migrate } from "./schema.ts";

export type Sqlite = InstanceType<typeof Database>;

/**
 * Opens the run's SQLite file, and brings it to the newest version: WAL, with `synchronous=NORMAL`; `GroupCommit` makes commits durable.
 * @throws SysGenError when the file is damaged.
 */
export function openDatabase(path: string): Sqlite {
  let database: Sqlite | undefined;
  try {
    database = new Database(path);
    database.pragma("page_size = 8192");
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    // raw(), because libsql ignores pluck().
    const check = database.prepare("PRAGMA quick_check(1)").raw().get();
    if (!Array.isArray(check) || check[0] !== "ok") throw new Error(String(check));
    migrate(database);
    return database;
  } catch (error) {
    database?.close();
    if (isDiskFull(error)) throw diskFull(path, error);
    if (!/malformed|not a database|corrupt|missing|quick_check|wrong #|out of order|never used|Page|row/i.test(messageOf(error)))
      throw unwritable(path, error);
    throw new SysGenError(
      `${path} is damaged (${messageOf(error)}). It holds the replies that were paid for: restore it from a copy together with its -wal file, or move it away and run again.`,
      { cause: error },
    );
  }
}

/** Opens the file beside a writer; libsql ignores `readonly`, so the connection is told to refuse writes. */
export function openForReading(path: string): Sqlite {
  const database = new Database(path);
  database.pragma("query_only = 1");
  if (isCurrent(database)) return database;
  database.close();
  throw new SysGenError(`${path} was made by another version of sysgen. Run its command again with this one, which takes the file over.`);
}

/** Writes the WAL back before closing: libsql leaves that out while prepared statements live (libsql-js issue 228). */
export function closeDatabase(database: Sqlite): void {
  try {
    database.pragma("wal_checkpoint(TRUNCATE)");
  } catch {
    // A full disk or a reader: the WAL stays beside the file and is read at the next start.
  }
  database.close();
}

export function isDiskFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    /disk is full|SQLITE_FULL|ENOSPC|EDQUOT|EFBIG|no space left|disk I\/O error/i.test(
      `${error.message} ${"code" in error ? String(error.code) : ""}`,
    )
  );
}

export function diskFull(path: string, cause: unknown): SysGenError {
  return new SysGenError(
    `Cannot write ${path} (${messageOf(cause)}): the disk is full, or at a quota. Every reply committed so far is kept: make room and run the same command again.`,
    { cause },
  );
}

export function unwritable(path: string, cause: unknown): SysGenError {
  return new SysGenError(`Cannot write ${path} (${messageOf(cause)}). Is the folder writable, and is there room on the disk?`, { cause });
}
