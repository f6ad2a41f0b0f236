import { mkdir, open, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

const flushBytes = 64 * 1024;
const flushMs = 1_000;
/** Text that waits for a slow disk, at most, in characters; later lines are left out. */
const mostWaiting = 8 * 1024 * 1024;

/** A file that whole lines are appended to: written in batches of 64 KB or a second, aside from what the caller does, in bounded memory. */
export class LineFile {
  readonly #file: FileHandle;
  readonly #onFailed: (error: unknown) => void;
  #waiting = "";
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #failed = false;
  /** Lines that were left out because the file takes them too slowly, or not any more. */
  leftOut = 0;

  private constructor(file: FileHandle, waiting: string, onFailed: (error: unknown) => void) {
    this.#file = file;
    this.#waiting = waiting;
    this.#onFailed = onFailed;
  }

  /** Opens or makes the file, and its folder. `onFailed` is told once, when it takes no more lines. @throws what the file system says. */
  static async open(path: string, onFailed: (error: unknown) => void): Promise<LineFile> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, "a");
    // A process that was killed may have left half a line.
    return new LineFile(file, (await endsInALine(path)) ? "" : "\n", onFailed);
  }

  write(line: string): void {
    if (this.#failed || this.#waiting.length > mostWaiting) {
      this.leftOut++;
      return;
    }
    this.#waiting += `${line}\n`;
    if (this.#waiting.length >= flushBytes) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file.close().catch((error: unknown) => this.#fail(error));
  }

  /** Resolves when all lines are written, or cannot be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#writing ??= this.#drain().finally(() => (this.#writing = undefined)));
  }

  async #drain(): Promise<void> {
    while (this.#waiting !== "") {
      const text = this.#waiting;
      this.#waiting = "";
      try {
        await this.#file.appendFile(text);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#waiting = "";
    this.#onFailed(error);
  }
}

/** True for an empty file, and for what is none: a pipe, a terminal. */
async function endsInALine(path: string): Promise<boolean> {
  const last = await readPart(path, (size) => size - 1, 1);
  return last === "" || last === "\n";
}

/** Some bytes of a regular file; nothing of anything else. @throws what the file system says, unless there is no such file. */
export async function readPart(path: string, from: (size: number) => number, length: number): Promise<string> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (info === undefined || !info.isFile() || info.size === 0) return "";
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from(info.size));
  return buffer.toString("utf8", 0, bytesRead);
}
