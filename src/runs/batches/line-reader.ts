import { closeSync, existsSync, openSync } from "node:fs";
import { LineAt } from "../../platform/line-at.ts";

/** Most lines are shorter. */
const firstLook = 16_384;

/** Reads single lines of a file. A file that is not there has no lines. */
export class LineReader {
  readonly #file: number | undefined;
  readonly #line = new LineAt(firstLook);

  constructor(path: string) {
    this.#file = existsSync(path) ? openSync(path, "r") : undefined;
  }

  /** The line that begins at a byte, without its line end. The next read overwrites it. */
  at(place: number): Buffer {
    return this.#file === undefined ? Buffer.alloc(0) : this.#line.read(this.#file, place);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
