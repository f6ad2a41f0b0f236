import { existsSync } from "node:fs";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { SysGenError, messageOf } from "../errors.ts";
import { explainReadError } from "./disk-errors.ts";

/** How long a lock is waited for, in milliseconds. `isLocked` holds it for less. */
const waitMs = 100;

/**
 * Locks `path` for this process. The lock is an SQLite transaction that stays open, which holds a
 * lock of the operating system. So the lock ends with the process, even after a crash.
 * @returns The lock, or undefined when another process holds it.
 * @throws SysGenError when `path` cannot be written.
 */
export function tryLock(path: string): Disposable | undefined {
  let database: DatabaseSyncInstance | undefined;
  try {
    database = new DatabaseSync(path, { timeout: waitMs });
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (isBusy(error)) return undefined;
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

/**
 * Whether another process holds the lock. Writes nothing, so that it can be asked on a disk that is
 * full or cannot be written.
 * @throws SysGenError when `path` cannot be read.
 */
export function isLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  let database: DatabaseSyncInstance | undefined;
  try {
    database = new DatabaseSync(path);
    database.prepare("SELECT 1 FROM sqlite_master").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw explainReadError(path, error);
  } finally {
    database?.close();
  }
}

function isBusy(error: unknown): boolean {
  return /locked|busy/i.test(messageOf(error));
}
