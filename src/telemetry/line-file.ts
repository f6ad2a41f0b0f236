import { mkdir, open, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

const flushCharacters = 64 * 1024;
const flushMs = 1_000;
/**
 * The most text that may wait for a slow disk. Lines that come while more is waiting are left out.
 */
const mostWaitingCharacters = 8 * 1024 * 1024;

/**
 * Appends whole lines to a file in the background, in batches of 64 Ki characters or one second.
 * Memory is bounded.
 */
export class LineFile {
  readonly #file: FileHandle;
  readonly #onFailed: (error: unknown) => void;
  #waiting = "";
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #failed = false;
  /**
   * Number of lines that were left out, because the file takes them too slowly or cannot be
   * written.
   */
  leftOut = 0;

  private constructor(file: FileHandle, waiting: string, onFailed: (error: unknown) => void) {
    this.#file = file;
    this.#waiting = waiting;
    this.#onFailed = onFailed;
  }

  /**
   * Opens the file, and creates it and its folder when they do not exist.
   * @param onFailed Called once, when the file cannot be written any more.
   * @throws the file system's error.
   */
  static async open(path: string, onFailed: (error: unknown) => void): Promise<LineFile> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, "a");
    // A killed process may have left a line without its end.
    return new LineFile(file, (await endsInALine(path)) ? "" : "\n", onFailed);
  }

  /** @param line One line without its line feed. */
  write(line: string): void {
    if (this.#failed || this.#waiting.length > mostWaitingCharacters) {
      this.leftOut++;
      return;
    }
    this.#waiting += `${line}\n`;
    if (this.#waiting.length >= flushCharacters) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file.close().catch((error: unknown) => this.#fail(error));
  }

  /** Resolves when all lines are written, or cannot be written. Never rejects. */
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

/**
 * Whether the next line can be appended as it is. True for an empty file, and for a pipe or a
 * terminal.
 */
async function endsInALine(path: string): Promise<boolean> {
  const last = await readPart(path, (size) => size - 1, 1);
  return last === "" || last === "\n";
}

/**
 * Reads a part of a regular file. Empty for any other kind of file and for a missing one.
 * @param from Gives the first byte to read, from the file's size.
 * @param length The most bytes to read.
 * @throws the file system's error, unless the file is missing.
 */
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
