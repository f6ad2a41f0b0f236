import { crc32 } from "node:zlib";

const mark = Buffer.from('{"crc":"');
/** Where the digits end, and what is summed begins. */
const headLength = mark.length + 8;
/** Where the first key after the checksum begins. */
export const contentAt = headLength + 2;

/** An object as a line of JSON that begins with a checksum (CRC-32, as hexadecimal digits) of all that follows them; once it is sealed. */
export function unsealedLine(value: object): string {
  return `{"crc":"00000000",${JSON.stringify(value).slice(1)}`;
}

/** Puts the checksum into a line. On its bytes, because summing a text would have to encode it once more. */
export function seal(line: Buffer): void {
  let sum = crc32(line.subarray(headLength));
  for (let at = headLength - 1; at >= mark.length; at--) {
    const digit = sum & 0xf;
    line[at] = digit < 10 ? 0x30 + digit : 0x57 + digit;
    sum >>>= 4;
  }
}

/** An object as a sealed line. */
export function checkedLine(value: object): string {
  const line = Buffer.from(unsealedLine(value));
  seal(line);
  return line.toString("utf8");
}

/** Whether a line is as it was written; undefined for one that has no checksum. */
export function isIntact(line: Buffer): boolean | undefined {
  // Byte by byte: it is done for every line of a journal, and a text made for it would cost more than the sum.
  for (let at = 0; at < mark.length; at++) if (line[at] !== mark[at]) return undefined;
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
