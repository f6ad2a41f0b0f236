import { crc32 } from "node:zlib";
import { TextBytes } from "../../platform/text-bytes.ts";

const mark = Buffer.from('{"crc":"');
/** Where the digits end, and what is summed begins. */
const headLength = mark.length + 8;
/** Where the first key after the checksum begins. */
export const contentAt = headLength + 2;
const comma = 0x2c;

/**
 * Writes an object as a line of JSON that begins with a checksum (CRC-32, as hexadecimal digits) of all that follows them. Summed over bytes,
 * because a text would have to be encoded once more for it.
 * @returns The line's length in bytes.
 */
export function addCheckedLine(to: TextBytes, value: object): number {
  const length = to.add('{"crc":"00000000"') + to.add(JSON.stringify(value));
  const line = to.bytes.subarray(-length);
  // The object's own opening bracket.
  line[contentAt - 1] = comma;
  let sum = crc32(line.subarray(headLength));
  for (let at = headLength - 1; at >= mark.length; at--) {
    const digit = sum & 0xf;
    line[at] = digit < 10 ? 0x30 + digit : 0x57 + digit;
    sum >>>= 4;
  }
  return length;
}

/** An object as such a line. */
export function checkedLine(value: object): string {
  const bytes = new TextBytes(1_024);
  addCheckedLine(bytes, value);
  return bytes.bytes.toString("utf8");
}

/** Whether a line is as it was written. A line without a checksum is not. */
export function isIntact(line: Buffer): boolean {
  // Byte by byte: it is done for every line of a journal, and a text made for it would cost more than the sum.
  for (let at = 0; at < mark.length; at++) if (line[at] !== mark[at]) return false;
  let sum = 0;
  for (let at = mark.length; at < headLength; at++) sum = 16 * sum + digitOf(line[at] ?? 0);
  return sum === crc32(line.subarray(headLength));
}

/** Of `0` to `9` and `a` to `f`; any other byte gives a number too, and so another sum. */
function digitOf(byte: number): number {
  return byte < 0x61 ? byte - 0x30 : byte - 0x57;
}

/** What a line holds; undefined for what is no JSON, which is all that a crash leaves of a line. */
export function valueIn(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}
