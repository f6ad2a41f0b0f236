import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { SysGenError } from "../../errors.ts";
import { explainForeignWrite, explainWriteError } from "../../platform/disk-errors.ts";
import { TextBytes } from "../../platform/text-bytes.ts";
import { valueIn } from "../journal/checked-line.ts";

const syncData = promisify(fdatasync);

/** Texts that wait to be written together, in bytes. */
export const mostPendingBytes = 256 * 1024;
const newline = 0x0a;

/** What is known of a text that is read, by which damage to it is found. */
interface KnownText {
  /** CRC-32 of the text. Null where another version wrote it. */
  readonly sum: number | null;
  /** Position of its row among the input's rows. */
  readonly position: number;
}

interface ResultTextsOptions {
  readonly readOnly: boolean;
  /** Called before each write. What it throws ends the writing. */
  readonly mayWrite: () => void;
}

/**
 * The texts of results, a line each, in a file that only grows. A text is found again by its place
 * and length in bytes. One that does not match its checksum is never given out.
 */
export class ResultTexts {
  readonly #path: string;
  readonly #file: number;
  readonly #mayWrite: () => void;
  #end: number;
  /** Length of the file as this process left it. */
  #written: number;
  readonly #pending = new TextBytes(mostPendingBytes);
  #bytes = Buffer.allocUnsafeSlow(16 * 1024);

  /** @throws SysGenError when the file cannot be opened. */
  constructor(path: string, { readOnly, mayWrite }: ResultTextsOptions) {
    this.#path = path;
    this.#mayWrite = mayWrite;
    try {
      this.#file = openSync(path, readOnly ? "r" : "a+");
    } catch (error) {
      throw explainWriteError(path, error);
    }
    this.#end = this.#written = fstatSync(this.#file).size;
  }

  /** The place of the next text. */
  get end(): number {
    return this.#end;
  }

  /** @returns The text's length in bytes, and its checksum. */
  append(text: string): [length: number, sum: number] {
    const from = this.#pending.length;
    const length = this.#pending.add(text);
    const sum = crc32(this.#pending.bytes.subarray(from));
    this.#pending.addNewline();
    this.#end += length + 1;
    return [length, sum];
  }

  /** Writes the texts that wait, once there are many. */
  writeMany(): void {
    if (this.#pending.length > mostPendingBytes) this.write();
  }

  /** Puts on disk what was written. */
  async sync(): Promise<void> {
    await syncData(this.#file).catch((error: unknown) => {
      throw explainWriteError(this.#path, error);
    });
  }

  /** Forgets all texts that are in the file. */
  clear(): void {
    ftruncateSync(this.#file, 0);
    this.#end = this.#written = 0;
  }

  close(): void {
    closeSync(this.#file);
  }

  /**
   * Writes the texts that wait.
   * @throws SysGenError when the disk is full, and when another process wrote into the file.
   */
  write(): void {
    const { bytes } = this.#pending;
    try {
      this.#mayWrite();
      const { size } = fstatSync(this.#file);
      if (size !== this.#written) throw explainForeignWrite(this.#path, size, this.#written);
      for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
      this.#written += bytes.length;
    } catch (error) {
      throw explainWriteError(this.#path, error);
    } finally {
      this.#pending.clear();
    }
  }

  /**
   * Reads `length` bytes from byte `at` as text.
   * @param known Left out for a part of a text.
   * @throws SysGenError when the text is not as it was written, and when the file ends before.
   */
  read(at: number, length: number, known?: KnownText): string {
    const bytes = this.#borrow(at, length);
    if (known !== undefined && !matches(bytes, known.sum)) throw this.#damaged(known.position);
    return bytes.toString("utf8");
  }

  /** A text with its line end. The next read overwrites it. */
  line(at: number, length: number, { sum, position }: KnownText): Buffer {
    const bytes = this.#borrow(at, length + 1);
    if (bytes[length] !== newline || !matches(bytes.subarray(0, length), sum)) throw this.#damaged(position);
    return bytes;
  }

  /** Whether a text is as it was written. */
  isIntact(at: number, length: number, sum: number | null): boolean {
    if (at + length + 1 > this.#end) return false;
    const bytes = this.#borrow(at, length + 1);
    return bytes[length] === newline && matches(bytes.subarray(0, length), sum);
  }

  #damaged(position: number): SysGenError {
    return new SysGenError(
      `${this.#path} does not hold row ${position + 1} as it was written: it was damaged, or another process wrote into it. Run the run's command again: the row is made again from the journal, and nothing is paid again.`,
    );
  }

  /** Reads `length` bytes from byte `at`. The next read overwrites them. */
  #borrow(at: number, length: number): Buffer {
    // One buffer for all reads. V8 does not count the memory of buffers, so it would leave hundreds
    // of thousands of them uncollected.
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(2 * length);
    this.#fill(this.#bytes, at, length);
    return this.#bytes.subarray(0, length);
  }

  /** Reads `length` bytes from byte `at`. @throws SysGenError when the file ends before. */
  bytes(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    this.#fill(bytes, at, length);
    return bytes;
  }

  #fill(bytes: Buffer, at: number, length: number): void {
    if (readSync(this.#file, bytes, 0, length, at) !== length)
      throw new SysGenError(`${this.#path} ends before byte ${at + length}. Run the run's command again: it makes the file anew.`);
  }
}

/** Whether a text is as it was written. One of a version without checksums must be JSON. */
function matches(bytes: Buffer, sum: number | null): boolean {
  return sum === null ? valueIn(bytes) !== undefined : crc32(bytes) === sum;
}
