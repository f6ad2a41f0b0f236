import Database from "libsql";
import { SysGenError, messageOf } from "../errors.ts";

/**
 * Holds `path` for this process alone; undefined when another process holds it. @throws SysGenError when it cannot be written. The lock is the operating system's, through an
 * SQLite transaction that stays open: it ends with the process, however that ends.
 */
export function tryLock(path: string): Disposable | undefined {
  let database: InstanceType<typeof Database> | undefined;
  try {
    database = new Database(path);
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (/locked|busy/i.test(messageOf(error))) return undefined;
    throw new SysGenError(`Cannot write ${path} (${messageOf(error)}). Is the folder writable, and is there room on the disk?`, {
      cause: error,
    });
  }
  const held = database;
  return {
    [Symbol.dispose]() {
      held.exec("ROLLBACK");
      held.close();
    },
  };
}
