import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readSync, write } from "node:fs";
import { promisify } from "node:util";
import { SysGenError } from "../errors.ts";
import { explainWriteError } from "./disk-errors.ts";

const syncData = promisify(fdatasync);
const writeAt = promisify(write);

/** Most lines are shorter; a longer one takes a second look. */
const firstLook = 4_096;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A file of lines that only grows, whose writers know when their line is on disk. Lines that arrive together share one write and one
 * fdatasync: the first of a lull goes out in the same turn of the event loop, what comes while the disk is at work goes next. So a line is
 * durable after at most two syncs, nothing waits for a clock, and no call in flight is held up.
 */
export class AppendLog {
  readonly #path: string;
  readonly #file: number;
  #end: number;
  #onDisk: number;
  #lines: string[] = [];
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #failure: SysGenError | undefined;

  /** @throws SysGenError when the file cannot be opened. */
  constructor(path: string, { readOnly = false } = {}) {
    this.#path = path;
    try {
      this.#file = openSync(path, readOnly ? "r" : "a+");
      this.#end = this.#onDisk = fstatSync(this.#file).size;
    } catch (error) {
      throw explainWriteError(path, error);
    }
  }

  /** How long the file will be when all that was appended is written. */
  get end(): number {
    return this.#end;
  }

  /** How long the file is for certain, also after a power loss. */
  get onDisk(): number {
    return this.#onDisk;
  }

  /** Appends a line (without its line end), which will begin at byte `at`. `durable` resolves when it is on disk; after a failure nothing more is written. */
  append(line: string): { at: number; durable: Promise<void> } {
    const at = this.#end;
    this.#end += Buffer.byteLength(line) + 1;
    const durable = new Promise<void>((resolve, reject) => {
      this.#lines.push(line);
      this.#waiting.push({ resolve, reject });
      this.#working ??= this.#work();
    });
    return { at, durable };
  }

  /** The line that begins at a byte. */
  readLine(at: number): string {
    for (let size = firstLook; ; size *= 8) {
      const bytes = Buffer.allocUnsafe(size);
      const length = readSync(this.#file, bytes, 0, size, at);
      const end = bytes.subarray(0, length).indexOf(0x0a);
      if (end !== -1 || length < size) return bytes.toString("utf8", 0, end === -1 ? length : end);
    }
  }

  /** Cuts the file off, before anything is appended. */
  truncate(end: number): void {
    ftruncateSync(this.#file, end);
    this.#end = this.#onDisk = end;
  }

  /** Resolves when all lines are on disk. @throws the failure that ended the writing. */
  async settled(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
    if (this.#failure) throw this.#failure;
  }

  /** To be called once it has settled. */
  close(): void {
    closeSync(this.#file);
  }

  async #work(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#lines.length > 0) {
      const bytes = Buffer.from(`${this.#lines.join("\n")}\n`);
      const waiting = this.#waiting;
      this.#lines = [];
      this.#waiting = [];
      try {
        if (this.#failure) throw this.#failure;
        for (let written = 0; written < bytes.length;) written += (await writeAt(this.#file, bytes, written)).bytesWritten;
        await syncData(this.#file);
        this.#onDisk += bytes.length;
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        this.#failure ??= explainWriteError(this.#path, error);
        for (const { reject } of waiting) reject(this.#failure);
      }
    }
    this.#working = undefined;
  }
}
