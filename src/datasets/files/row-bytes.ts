import { messageOf } from "../../errors.ts";
import { parseExactly } from "../../records/exact-json.ts";
import type { Row } from "../../records/row.ts";
import type { RowLimits } from "./file-type.ts";
import { decodeUtf8, notUtf8 } from "./utf8.ts";

/**
 * Bytes that are kept of a row that is too large, so that it can be recognised in `rejected.jsonl`.
 */
export const keptOfTooLarge = 64 * 1024;

/**
 * Collects the bytes of one row over chunk borders and parses them. Of a row over the limit only
 * the first `keptOfTooLarge` bytes are held.
 */
export class RowBytes {
  readonly #maxRowBytes: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(limits: RowLimits) {
    this.#maxRowBytes = limits.maxRowBytes;
  }

  append(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length <= this.#maxRowBytes) this.#parts.push(bytes);
    else if (this.#parts.length !== 1 || this.#parts[0]?.length !== keptOfTooLarge) {
      this.#parts = [Buffer.concat([...this.#parts, bytes]).subarray(0, keptOfTooLarge)];
    }
  }

  /** Returns the row collected so far and begins the next one. Undefined when the row is blank. */
  take(line: number): Row | undefined {
    const [first, ...others] = this.#parts;
    const bytes = first !== undefined && others.length === 0 ? first : Buffer.concat(this.#parts);
    const length = this.#length;
    this.#parts = [];
    this.#length = 0;
    if (length > this.#maxRowBytes) return tooLarge(bytes, length, line, { maxRowBytes: this.#maxRowBytes });
    return parseRow(bytes, line);
  }
}

/**
 * A rejected row over the limit.
 * @param head The beginning of the row, which is all that was kept.
 * @param length Bytes of the whole row.
 */
export function tooLarge(head: Buffer, length: number, line: number, { maxRowBytes }: RowLimits): Row {
  const detail = `the row has ${length} bytes, the limit is ${maxRowBytes} (maxRowBytes); only its first ${head.length} bytes are shown here`;
  return { line, raw: head.toString("utf8"), problem: { reason: "row-too-large", detail } };
}

function parseRow(bytes: Buffer, line: number): Row | undefined {
  const raw = decodeUtf8(bytes)?.trim();
  if (raw === undefined) {
    const lossy = bytes.toString("utf8");
    return { line, raw: lossy.trim(), problem: { reason: "invalid-utf8", detail: notUtf8(lossy) } };
  }
  if (raw === "") return undefined;
  try {
    return { line, raw, value: parseExactly(raw) };
  } catch (error) {
    const detail = `expected one JSON value, found: ${firstLine(messageOf(error))}`;
    return { line, raw, problem: { reason: "invalid-json", detail } };
  }
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, 200);
}
