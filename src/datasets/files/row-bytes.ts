import { messageOf } from "../../errors.ts";
import { parseExactly } from "../../records/exact-json.ts";
import type { Row } from "../../records/row.ts";
import type { RowLimits } from "./file-type.ts";
import { decodeUtf8, notUtf8 } from "./utf8.ts";

/** How much of a row that is too large is kept, to be recognised in `rejected.jsonl`. */
export const keptOfTooLarge = 64 * 1024;

/** Collects the bytes of one row over chunk borders and makes a Row of them. A row over the limit is counted, not held. */
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

  /** The row collected so far, or undefined when it is blank; begins the next one. */
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

/** A row over the limit, of which only the head was kept. */
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
