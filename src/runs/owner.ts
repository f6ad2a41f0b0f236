import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { RunInUse } from "../errors.ts";
import { explainReadError, explainWriteError, isCode } from "../platform/disk-errors.ts";

const ownerSchema = z.object({
  /** Drawn by each process, so that a record tells whose it is. */
  token: z.string(),
  pid: z.number(),
  host: z.string(),
});
type Record = z.infer<typeof ownerSchema>;

/** A later process began to work in the run directory, and this one stopped. */
export class OwnerReplaced extends RunInUse {
  override readonly name = "OwnerReplaced";
}

/** How long a look at the record holds good, in milliseconds. */
const lookEveryMs = 100;
/** How long a new owner waits for one that may still be at work, in milliseconds. */
const yieldMs = 500;

/**
 * The record of the process that writes in a run directory, beside the lock. A lock can be deleted
 * while it is held, and on some network file systems it does nothing. So each writer puts its name
 * into one file, and looks before it writes whether its name still stands there. The last one to
 * come may write, and any other stops.
 */
export class Owner implements Disposable {
  readonly #folder: string;
  readonly #path: string;
  readonly #record: Record = { token: randomUUID(), pid: process.pid, host: hostname() };
  #lookedAt = -Infinity;
  #isLost = false;

  private constructor(folder: string, path: string) {
    this.#folder = folder;
    this.#path = path;
  }

  /**
   * Makes this process the owner. Waits half a second where an earlier owner may still be at work,
   * so that it has stopped before the files are read.
   * @throws SysGenError when the record cannot be written.
   */
  static async claim(folder: string, path: string): Promise<Owner> {
    const owner = new Owner(folder, path);
    const before = owner.#read();
    owner.#write("w");
    if (before !== undefined && mayBeAtWork(before)) await setTimeout(yieldMs);
    return owner;
  }

  /** Whether another process became the owner. It stays so. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * To be called before each write. Looks at most ten times a second.
   * @throws OwnerReplaced when another process became the owner.
   */
  readonly mayWrite = (): void => {
    if (!this.#isLost && performance.now() - this.#lookedAt < lookEveryMs) return;
    this.mustOwn();
  };

  /**
   * Looks at once.
   * @throws OwnerReplaced when another process became the owner.
   */
  readonly mustOwn = (): void => {
    let found = this.#read();
    if (found === undefined && !this.#isLost) {
      // Somebody deleted the record. Put back only where no other process did the same.
      this.#write("wx");
      found = this.#read();
    }
    this.#isLost ||= found?.token !== this.#record.token;
    this.#lookedAt = performance.now();
    if (!this.#isLost) return;
    const who = found === undefined || found.pid === 0 ? "" : ` (process ${found.pid} on ${found.host})`;
    throw new OwnerReplaced(
      `Another sysgen process${who} began to work in ${this.#folder}, so this one stopped and wrote nothing more. Every reply that was on disk is kept: let the other one end, then run the same command again.`,
    );
  };

  /** Takes the record away, unless it is another's by now. */
  [Symbol.dispose](): void {
    try {
      if (this.#read()?.token === this.#record.token) rmSync(this.#path);
    } catch {
      // A record that stays costs the next owner half a second at most.
    }
  }

  /** Undefined where there is no record. One that is half written is somebody else's. */
  #read(): Record | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      if (isCode(error, "ENOENT")) return undefined;
      throw explainReadError(this.#path, error);
    }
    try {
      return ownerSchema.parse(JSON.parse(text));
    } catch {
      return { token: "", pid: 0, host: "" };
    }
  }

  /**
   * Writes into the file that is there. A file that is renamed over it would not be seen by another
   * machine on a network file system.
   */
  #write(flag: "w" | "wx"): void {
    try {
      writeFileSync(this.#path, `${JSON.stringify(this.#record)}\n`, { flag });
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw explainWriteError(this.#path, error);
    }
  }
}

/** False only where the process is known to have ended. */
function mayBeAtWork({ pid, host }: Record): boolean {
  if (host !== hostname() || pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isCode(error, "ESRCH");
  }
}
