import { closeSync, openSync, readSync } from "node:fs";

interface LineBytes {
  /** The line without its line end. Valid until the next line is asked for. */
  readonly bytes: Buffer;
  /** The byte of the file at which the line begins. */
  readonly at: number;
  /** False for a last line without a line end. */
  readonly isWhole: boolean;
}

/**
 * The lines of a file as bytes, through a buffer of 1 MiB that grows for longer lines.
 * @param from The byte to begin at. A line must begin there.
 */
export function* readLines(path: string, from = 0): Generator<LineBytes, void, void> {
  const file = openSync(path, "r");
  try {
    let buffer = Buffer.allocUnsafe(1 << 20);
    // Length of the line at the start of the buffer whose end is not read yet.
    let rest = 0;
    let at = from;
    for (;;) {
      if (rest === buffer.length) buffer = Buffer.concat([buffer], 2 * rest);
      const length = readSync(file, buffer, rest, buffer.length - rest, at + rest);
      if (length === 0) break;
      const bytes = buffer.subarray(0, rest + length);
      let start = 0;
      for (let end = bytes.indexOf(0x0a, rest); end !== -1; end = bytes.indexOf(0x0a, start)) {
        yield { bytes: bytes.subarray(start, end), at: at + start, isWhole: true };
        start = end + 1;
      }
      buffer.copyWithin(0, start, bytes.length);
      rest = bytes.length - start;
      at += start;
    }
    if (rest > 0) yield { bytes: buffer.subarray(0, rest), at, isWhole: false };
  } finally {
    closeSync(file);
  }
}
