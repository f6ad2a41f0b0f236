import { setTimeout as sleep } from "node:timers/promises";
import { tryLock } from "./file-lock.ts";

/** How often a lock is asked for that another process holds, in milliseconds. */
const pollMs = 100;

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, if another process holds the lock. */
  readonly onWait: () => void;
}

/**
 * Locks `path` as `tryLock` does, once no other process holds it.
 * @throws SysGenError when `path` cannot be written.
 */
export async function waitForLock(path: string, { signal, onWait }: WaitOptions): Promise<Disposable> {
  for (let isFirst = true; ; isFirst = false) {
    const lock = tryLock(path);
    if (lock !== undefined) return lock;
    if (isFirst) onWait();
    await sleep(pollMs, undefined, { signal });
  }
}
