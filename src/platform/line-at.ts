import { readSync } from "node:fs";

/**
 * Reads single lines of open files. It has one buffer for all reads, because V8 does not count the
 * memory of buffers and would leave thousands of them uncollected.
 */
export class LineAt {
  readonly #firstLook: number;
  #bytes: Buffer;

  /** @param firstLook Bytes of the first read of a line. A longer line takes further reads. */
  constructor(firstLook: number) {
    this.#firstLook = firstLook;
    this.#bytes = Buffer.allocUnsafeSlow(firstLook);
  }

  /** The line that begins at a byte, without its line end. The next read overwrites it. */
  read(file: number, place: number): Buffer {
    for (let size = this.#firstLook; ; size *= 8) {
      if (this.#bytes.length < size) this.#bytes = Buffer.allocUnsafeSlow(size);
      const length = readSync(file, this.#bytes, 0, size, place);
      const end = this.#bytes.subarray(0, length).indexOf(0x0a);
      if (end !== -1 || length < size) return this.#bytes.subarray(0, end === -1 ? length : end);
    }
  }
}
