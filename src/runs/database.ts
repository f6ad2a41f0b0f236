import Database from "libsql";
import { SysGenError, messageOf } from "../errors.ts";

export type Sqlite = InstanceType<typeof Database>;

/**
 * Opens the run's SQLite file: WAL, and a commit is on disk when it returns (`synchronous=FULL`).
 * @throws SysGenError when the file is damaged.
 */
export function openDatabase(path: string, schema: string): Sqlite {
  let database: Sqlite | undefined;
  try {
    database = new Database(path);
    database.pragma("page_size = 16384");
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    // raw(), because libsql ignores pluck().
    const check = database.prepare("PRAGMA quick_check(1)").raw().get();
    if (!Array.isArray(check) || check[0] !== "ok") throw new Error(String(check));
    database.exec(schema);
    return database;
  } catch (error) {
    database?.close();
    if (isDiskFull(error)) throw diskFull(path, error);
    if (!/malformed|not a database|corrupt|missing|quick_check|wrong #|out of order|never used|Page|row/i.test(messageOf(error))) {
      throw new SysGenError(`Cannot open ${path} (${messageOf(error)}). Is the folder writable, and is there room on the disk?`, {
        cause: error,
      });
    }
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
  return database;
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
