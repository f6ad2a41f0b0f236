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
    const chunk = Buffer.allocUnsafe(1 << 20);
    let rest: Buffer = Buffer.alloc(0);
    let at = from;
    let next = from;
    for (let length = readSync(file, chunk, 0, chunk.length, next); length > 0; length = readSync(file, chunk, 0, chunk.length, next)) {
      next += length;
      const bytes = rest.length === 0 ? chunk.subarray(0, length) : Buffer.concat([rest, chunk.subarray(0, length)]);
      let start = 0;
      for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
        yield { bytes: bytes.subarray(start, end), at: at + start, isWhole: true };
        start = end + 1;
      }
      rest = Buffer.from(bytes.subarray(start));
      at += start;
    }
    if (rest.length > 0) yield { bytes: rest, at, isWhole: false };
  } finally {
    closeSync(file);
  }
}
