import Database from "libsql";

/**
 * Holds `path` for this process alone; undefined when another process holds it. The lock is the operating system's, through an
 * SQLite transaction that stays open: it ends with the process, however that ends.
 */
export function tryLock(path: string): Disposable | undefined {
  const database = new Database(path);
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined;
    throw error;
  }
  return {
    [Symbol.dispose]() {
      database.exec("ROLLBACK");
      database.close();
    },
  };
}
