import { closeSync, openSync, readSync } from "node:fs";

interface LineBytes {
  /** Without the line end; only until the next line is asked for. */
  readonly bytes: Buffer;
  /** Where it begins. */
  readonly at: number;
  /** The last line may have no line end. */
  readonly isWhole: boolean;
}

/** The lines of a file from a byte on where a line begins, as bytes. */
export function* readLines(path: string, from = 0): Generator<LineBytes, void, void> {
  const file = openSync(path, "r");
  try {
    let buffer = Buffer.allocUnsafe(1 << 20);
    /** Bytes of a line whose end is not read yet, at the beginning of the buffer. */
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
