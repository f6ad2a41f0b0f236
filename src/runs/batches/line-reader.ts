import { closeSync, existsSync, openSync, readSync } from "node:fs";

/** Bytes of the first read of a line. */
const firstLook = 16_384;

/** Reads single lines of a file. A file that is not there has no lines. */
export class LineReader {
  readonly #file: number | undefined;

  constructor(path: string) {
    this.#file = existsSync(path) ? openSync(path, "r") : undefined;
  }

  /** The line that begins at a byte, without its line end. */
  at(place: number): Buffer {
    if (this.#file === undefined) return Buffer.alloc(0);
    for (let size = firstLook; ; size *= 8) {
      const bytes = Buffer.allocUnsafe(size);
      const length = readSync(this.#file, bytes, 0, size, place);
      const end = bytes.subarray(0, length).indexOf(0x0a);
      if (end !== -1 || length < size) return bytes.subarray(0, end === -1 ? length : end);
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
