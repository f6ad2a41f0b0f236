import Database from "libsql";
import { SysGenError, messageOf } from "../errors.ts";

/**
 * Locks `path` for this process. The lock is an SQLite transaction that stays open, which holds a
 * lock of the operating system. So the lock ends with the process, even after a crash.
 * @returns The lock, or undefined when another process holds it.
 * @throws SysGenError when `path` cannot be written.
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
