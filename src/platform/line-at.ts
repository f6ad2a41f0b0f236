import { readSync } from "node:fs";

/**
 * Reads single lines of open files. It has one buffer for all reads, because V8 does not count the
 * memory of buffers and would leave thousands of them uncollected.
 */
export class LineAt {
  #bytes: Buffer;

  /** @param firstLook Bytes of the first read of a line. A longer line takes a second read. */
  constructor(firstLook: number) {
    this.#bytes = Buffer.allocUnsafeSlow(firstLook);
  }

  /** The line that begins at a byte, without its line end. The next read overwrites it. */
  read(file: number, place: number): Buffer {
    for (;;) {
      const length = readSync(file, this.#bytes, 0, this.#bytes.length, place);
      const end = this.#bytes.subarray(0, length).indexOf(0x0a);
      if (end !== -1 || length < this.#bytes.length) return this.#bytes.subarray(0, end === -1 ? length : end);
      this.#bytes = Buffer.allocUnsafeSlow(8 * this.#bytes.length);
    }
  }
}
