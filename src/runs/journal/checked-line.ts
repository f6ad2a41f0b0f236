import { crc32 } from "node:zlib";
import type { TextBytes } from "../../platform/text-bytes.ts";

const beginning = Buffer.from('{"crc":"');
/** Length of the line up to the last digit. The checksum is of all bytes after that. */
const headLength = beginning.length + 8;
/** The byte where the first key after the checksum begins. */
export const contentAt = headLength + 2;
const comma = 0x2c;

/**
 * Writes an object as a line of JSON that begins with a checksum, `{"crc":"1a2b3c4d",...`. The
 * checksum is the CRC-32 of all bytes after its digits. It is taken over the written bytes, because
 * a text would have to be encoded a second time.
 * @returns The line's length in bytes.
 */
export function addCheckedLine(to: TextBytes, value: object): number {
  const length = to.add('{"crc":"00000000"') + to.add(JSON.stringify(value));
  const line = to.bytes.subarray(-length);
  // Where the object's own opening bracket was.
  line[contentAt - 1] = comma;
  let sum = crc32(line.subarray(headLength));
  for (let at = headLength - 1; at >= beginning.length; at--) {
    const digit = sum & 0xf;
    line[at] = digit < 10 ? 0x30 + digit : 0x57 + digit;
    sum >>>= 4;
  }
  return length;
}

/** Whether a line is as it was written. A line without a checksum is not. */
export function isIntact(line: Buffer): boolean {
  // Byte by byte, because every line of a journal is checked, and making a text would take longer
  // than the sum.
  for (let at = 0; at < beginning.length; at++) if (line[at] !== beginning[at]) return false;
  let sum = 0;
  for (let at = beginning.length; at < headLength; at++) sum = 16 * sum + digitOf(line[at] ?? 0);
  return sum === crc32(line.subarray(headLength));
}

/**
 * The lines that were written within a line of the file. They are more than one, or stand behind
 * the beginning of another, where a writer died in the middle of a line and another one went on, or
 * where the line end between them was damaged.
 * @param bytes Without the line end.
 */
export function intactIn(bytes: Buffer): { readonly line: Buffer; readonly from: number }[] {
  if (isIntact(bytes)) return [{ line: bytes, from: 0 }];
  const found = [];
  for (let from = bytes.indexOf(beginning); from !== -1;) {
    const next = bytes.indexOf(beginning, from + 1);
    const whole = bytes.subarray(from, next === -1 ? bytes.length : next);
    const line = [whole, whole.subarray(0, -1)].find(isIntact);
    if (line !== undefined) found.push({ line, from });
    from = next;
  }
  return found;
}

/**
 * The value of a digit `0` to `9` or `a` to `f`. For any other byte the result is a wrong number,
 * so that the checksum does not match.
 */
function digitOf(byte: number): number {
  return byte < 0x61 ? byte - 0x30 : byte - 0x57;
}

/**
 * The value of a line of JSON. Undefined for text that is no JSON, such as a line that a crash cut
 * short.
 */
export function valueIn(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}
