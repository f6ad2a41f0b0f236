import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, write } from "node:fs";
import { promisify } from "node:util";
import { SysGenError } from "../../errors.ts";
import { addCheckedLine } from "./checked-line.ts";
import { explainForeignWrite, explainWriteError } from "../../platform/disk-errors.ts";
import { LineAt } from "../../platform/line-at.ts";
import { TextBytes } from "../../platform/text-bytes.ts";

const syncData = promisify(fdatasync);
const writeAt = promisify(write);

/** Most lines are shorter. */
const firstLook = 4_096;

/** Bytes that a batch of lines has room for at first. */
const batchBytes = 64 * 1024;

export interface AppendLogOptions {
  readonly readOnly?: boolean;
  /** Called before each write. What it throws ends the writing. */
  readonly mayWrite?: (() => void) | undefined;
}

/** Lines that share one write and one sync. */
class Batch {
  readonly lines: TextBytes;
  readonly durable: Promise<void>;
  resolve: () => void = () => {};
  reject: (error: unknown) => void = () => {};

  constructor(lines: TextBytes) {
    this.lines = lines;
    this.durable = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/**
 * A file of lines that only grows, and whose writers know when their line is on disk. Lines that
 * arrive together share one write and one fdatasync. The first line after a pause is written in the
 * same turn of the event loop. Lines that arrive while the disk is at work are written next. So a
 * line is durable after at most two syncs, no timer is involved, and no call in flight is held up.
 */
export class AppendLog {
  readonly #path: string;
  readonly #file: number;
  readonly #line = new LineAt(firstLook);
  readonly #mayWrite: () => void;
  #end: number;
  #onDisk: number;
  #next = new Batch(new TextBytes(batchBytes));
  #spare = new TextBytes(batchBytes);
  #working: Promise<void> | undefined;
  #failure: SysGenError | undefined;

  /** @throws SysGenError when the file cannot be opened. */
  constructor(path: string, { readOnly = false, mayWrite = () => {} }: AppendLogOptions = {}) {
    this.#path = path;
    this.#mayWrite = mayWrite;
    try {
      this.#file = openSync(path, readOnly ? "r" : "a+");
      this.#end = this.#onDisk = fstatSync(this.#file).size;
    } catch (error) {
      throw explainWriteError(path, error);
    }
  }

  /** Length of the file in bytes once all appended lines are written. */
  get end(): number {
    return this.#end;
  }

  /** Bytes of the file that a power loss cannot take. */
  get onDisk(): number {
    return this.#onDisk;
  }

  /**
   * Appends an object as a line with a checksum (`checked-line.ts`). After a failure nothing more
   * is written. It is a failure when another process wrote into the file.
   * @returns The byte where the line will begin, and a promise that resolves when it is on disk.
   */
  append(value: object): { at: number; durable: Promise<void> } {
    const at = this.#end;
    const { lines, durable } = this.#next;
    const length = addCheckedLine(lines, value);
    lines.addNewline();
    this.#end += length + 1;
    this.#working ??= this.#work();
    return { at, durable };
  }

  /**
   * Appends a line that another log has written.
   * @param line Without its line end.
   */
  appendLine(line: Uint8Array): { at: number; durable: Promise<void> } {
    const at = this.#end;
    const { lines, durable } = this.#next;
    lines.addBytes(line);
    lines.addNewline();
    this.#end += line.length + 1;
    this.#working ??= this.#work();
    return { at, durable };
  }

  /** The line that begins at byte `at`, without its line end. The next read overwrites it. */
  readLine(at: number): Buffer {
    return this.#line.read(this.#file, at);
  }

  /** Cuts the file off at a byte. To be called before anything is appended. */
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
    while (this.#next.lines.length > 0) {
      const batch = this.#next;
      const { bytes } = batch.lines;
      this.#next = new Batch(this.#spare);
      try {
        if (this.#failure) throw this.#failure;
        this.#mayWrite();
        this.#expectLength(this.#onDisk);
        for (let written = 0; written < bytes.length;) written += (await writeAt(this.#file, bytes, written)).bytesWritten;
        await syncData(this.#file);
        // Lines of another process in between would have moved these from their places.
        this.#expectLength(this.#onDisk + bytes.length);
        this.#onDisk += bytes.length;
        batch.resolve();
      } catch (error) {
        this.#failure ??= explainWriteError(this.#path, error);
        batch.reject(this.#failure);
      }
      batch.lines.clear();
      this.#spare = batch.lines;
    }
    this.#working = undefined;
  }

  /** @throws SysGenError when the file has another length, so another process wrote into it. */
  #expectLength(length: number): void {
    const { size } = fstatSync(this.#file);
    if (size !== length) throw explainForeignWrite(this.#path, size, length);
  }
}
