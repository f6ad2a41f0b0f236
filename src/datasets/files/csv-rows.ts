import Papa from "papaparse";
import { UsageError } from "../../errors.ts";
import type { Row } from "../../records/row.ts";
import type { RowLimits } from "./file-type.ts";
import { keptOfTooLarge } from "./row-bytes.ts";
import { notUtf8 } from "./utf8.ts";
import { ValueRow } from "./value-row.ts";

/** One record as Papa Parse reads it. `end` is where the next record begins in the text. */
interface ParsedRecord {
  readonly fields: readonly string[];
  readonly end: number;
  readonly broken: boolean;
}

/**
 * Papa Parse's result for a text. The last record is missing when it may go on in the next chunk.
 */
interface ParsedText {
  readonly data: string[][];
  readonly errors: readonly Papa.ParseError[];
  /** Where the first missing record begins. */
  readonly meta: { readonly cursor: number };
}

/**
 * Makes rows of CSV text that comes in chunks (RFC 4180). Papa Parse reads the records. When a
 * quote is not closed, or a record of several lines has the wrong number of fields, only the
 * record's first line is rejected and reading goes on at the next line.
 */
export class CsvRows {
  readonly #name: string;
  readonly #delimiter: string | undefined;
  readonly #limits: RowLimits;
  #header: readonly string[] | undefined;
  #foundDelimiter = ",";
  #text = "";
  #line = 1;
  /**
   * The text holds bytes that could not be decoded. A replacement character in it may stand for
   * them.
   */
  #suspect = false;
  /**
   * True from a broken record to the next whole one. The broken record's later lines may look like
   * records.
   */
  #recovering = false;
  /** True inside a line over the size limit, up to the line's end. */
  #skipping = false;

  /**
   * @param delimiter When undefined, the first of comma, semicolon, tab and bar that the header
   * line contains, else a comma.
   */
  constructor(name: string, delimiter: string | undefined, limits: RowLimits) {
    this.#name = name;
    this.#delimiter = delimiter;
    this.#limits = limits;
  }

  /**
   * Reads the next piece of text and returns the rows that end in it.
   * @param suspect Whether bytes of the piece could not be decoded as UTF-8.
   * @throws UsageError when two columns have the same name, a quote of the header line is not
   * closed, or lines end in carriage returns alone.
   */
  push(text: string, suspect: boolean): Row[] {
    this.#suspect = (this.#suspect && this.#text !== "") || suspect;
    this.#text += text;
    return this.#rows(false);
  }

  /**
   * Returns the rows that are left at the end of the file.
   * @throws UsageError as `push`.
   */
  end(): Row[] {
    return this.#rows(true);
  }

  #rows(atEnd: boolean): Row[] {
    const rows: Row[] = [];
    for (;;) {
      if (this.#skipping && !this.#skipLine()) return rows;
      const start = this.#header === undefined ? this.#readHeader(atEnd) : 0;
      if (start === undefined) return rows;
      const whole = this.#wellFormed(start, atEnd);
      if (whole) {
        rows.push(...whole.rows);
        this.#advance(whole.end);
        if (!this.#isTooLong(atEnd)) return rows;
        rows.push(this.#tooLong());
        continue;
      }
      let consumed = start;
      let restart = false;
      for (const record of this.#records(start, atEnd)) {
        const text = this.#text.slice(consumed, record.end);
        const row = this.#rowOf(record, text);
        if (row) rows.push(row);
        const lineEnd = text.indexOf("\n");
        const several = lineEnd !== -1 && lineEnd < text.length - 1;
        if (row && "problem" in row && several && row.problem.reason === "invalid-csv") {
          this.#advance(consumed + lineEnd + 1);
          restart = true;
          this.#recovering = true;
          break;
        }
        this.#line += several ? countLines(text) : lineEnd === -1 ? 0 : 1;
        consumed = record.end;
      }
      if (restart) {
        this.#line++;
        continue;
      }
      this.#advance(consumed);
      if (!this.#isTooLong(atEnd)) return rows;
      rows.push(this.#tooLong());
    }
  }

  #isTooLong(atEnd: boolean): boolean {
    return !atEnd && this.#text.length > this.#limits.maxRowBytes;
  }

  /**
   * The fast path, which parses all records of the text at once. Undefined when a record is broken,
   * too large or otherwise needs the slow path.
   */
  #wellFormed(from: number, atEnd: boolean): { rows: Row[]; end: number } | undefined {
    const header = this.#header ?? [];
    const text = from === 0 ? this.#text : this.#text.slice(from);
    if (this.#suspect || this.#recovering || header.length < 2 || header.includes("__proto__")) return undefined;
    const parsed: ParsedText = new Papa.Parser({ delimiter: this.#foundDelimiter, newline: "\n" }).parse(text, 0, !atEnd);
    if (parsed.errors.length > 0) return undefined;
    const rows: Row[] = [];
    let line = this.#line;
    for (const fields of parsed.data) {
      const last = fields.at(-1) ?? "";
      if (last.endsWith("\r")) fields[fields.length - 1] = last.slice(0, -1);
      if (fields.length !== header.length) {
        if (fields.length > 1 || fields[0]?.trim() !== "") return undefined;
        line++;
        continue;
      }
      let length = 0;
      let lines = 1;
      const value: Record<string, string> = {};
      for (let index = 0; index < header.length; index++) {
        const field = fields[index] ?? "";
        value[header[index] ?? ""] = field;
        length += field.length;
        if (field.includes("\n")) lines += countLines(field);
      }
      if (length > this.#limits.maxRowBytes) return undefined;
      rows.push(new ValueRow(line, value));
      line += lines;
    }
    this.#line = line;
    return { rows, end: from + parsed.meta.cursor };
  }

  #advance(to: number): void {
    this.#text = this.#text.slice(to);
  }

  /**
   * The whole records of the text. Before the end of the file the last record is left out, because
   * it may go on in the next chunk.
   */
  #records(from: number, atEnd: boolean): ParsedRecord[] {
    const records: ParsedRecord[] = [];
    const text = from === 0 ? this.#text : this.#text.slice(from);
    if (text === "") return records;
    Papa.parse<string[]>(text, {
      delimiter: this.#foundDelimiter,
      newline: "\n",
      step: ({ data, errors, meta }) => void records.push({ fields: data, end: from + meta.cursor, broken: errors.length > 0 }),
    });
    if (!atEnd) records.pop();
    return records;
  }

  #rowOf({ fields, broken }: ParsedRecord, text: string): Row | undefined {
    const line = this.#line;
    const header = this.#header ?? [];
    const raw = text.endsWith("\n") ? text.slice(0, text.endsWith("\r\n") ? -2 : -1) : text;
    const last = fields.at(-1);
    const values = last?.endsWith("\r") === true ? [...fields.slice(0, -1), last.slice(0, -1)] : fields;
    if (!broken && values.length === 1 && values[0]?.trim() === "") return undefined;
    const [firstLine = ""] = raw.split("\n", 1);
    if (broken) {
      const detail = "a quote in this row is not closed, or stands inside a quoted field without being doubled";
      return { line, raw: firstLine, problem: { reason: "invalid-csv", detail } };
    }
    if (this.#recovering && raw.split('"').length % 2 === 0) {
      const detail = "this line has an odd number of quotes after a broken row, and is taken for a part of it";
      return { line, raw: firstLine, problem: { reason: "invalid-csv", detail } };
    }
    if (values.length !== header.length) {
      const detail = `expected ${header.length} fields (${header.join(", ").slice(0, 200)}), found ${values.length}`;
      return { line, raw: firstLine, problem: { reason: "invalid-csv", detail } };
    }
    if (raw.length > this.#limits.maxRowBytes) return tooLarge(raw, line, this.#limits);
    if (this.#suspect && raw.includes("\uFFFD")) {
      return { line, raw, problem: { reason: "invalid-utf8", detail: notUtf8(raw) } };
    }
    this.#recovering = false;
    return new ValueRow(line, Object.fromEntries(header.map((name, index) => [name, values[index] ?? ""])));
  }

  /**
   * Reads the header line and returns where the rows begin. Undefined while the header line is not
   * whole.
   */
  #readHeader(atEnd: boolean): number | undefined {
    const blank = /^\s*\n/.exec(this.#text)?.[0] ?? "";
    this.#line += countLines(blank);
    this.#advance(blank.length);
    const lineEnd = this.#text.indexOf("\n");
    if (lineEnd === -1 && !atEnd) return undefined;
    if (this.#text.trim() === "") return undefined;
    const firstLine = lineEnd === -1 ? this.#text : this.#text.slice(0, lineEnd);
    this.#foundDelimiter = this.#delimiter ?? delimiterOf(firstLine);
    const [record] = this.#records(0, atEnd);
    if (record === undefined) return undefined;
    const header = record.fields.map((name) => name.trim());
    const repeated = header.find((name, index) => header.indexOf(name) !== index);
    const where = `${this.#name}:${this.#line}`;
    if (firstLine.trimEnd().includes("\r"))
      throw new UsageError(
        `${where}: expected lines that end in a line feed, found carriage returns alone. Convert it first, for example: tr '\\r' '\\n' < ${this.#name}`,
      );
    if (record.broken)
      throw new UsageError(`${where}: expected a header line with the columns' names, found a quote in it that is not closed.`);
    if (repeated !== undefined)
      throw new UsageError(`${where}: two columns are named "${repeated}". Rename one of them in the header line.`);
    this.#header = header;
    this.#line += countLines(this.#text.slice(0, record.end));
    return record.end;
  }

  /**
   * Rejects what is over the size limit. A line over the limit is rejected and skipped up to its
   * end. Of a record that spans several lines only the first line is rejected, and reading goes on
   * after that line.
   */
  #tooLong(): Row {
    const lineEnd = this.#text.indexOf("\n");
    const head = this.#text.slice(0, lineEnd === -1 ? keptOfTooLarge : Math.min(lineEnd, keptOfTooLarge));
    const line = this.#line;
    if (lineEnd === -1) {
      this.#skipping = true;
      const row = tooLarge(this.#text, line, this.#limits);
      this.#text = "";
      return row;
    }
    this.#advance(lineEnd + 1);
    this.#line++;
    const detail = `a quote in this row is not closed within ${this.#limits.maxRowBytes} characters`;
    return { line, raw: head, problem: { reason: "invalid-csv", detail } };
  }

  #skipLine(): boolean {
    const lineEnd = this.#text.indexOf("\n");
    this.#advance(lineEnd === -1 ? this.#text.length : lineEnd + 1);
    if (lineEnd === -1) return false;
    this.#skipping = false;
    this.#line++;
    return true;
  }
}

/** The first of comma, semicolon, tab and bar that a header line contains, else a comma. */
export function delimiterOf(header: string): string {
  return [",", ";", "\t", "|"].find((mark) => header.includes(mark)) ?? ",";
}

function tooLarge(raw: string, line: number, { maxRowBytes }: RowLimits): Row {
  const detail = `the row has ${raw.length} characters or more, the limit is ${maxRowBytes} (maxRowBytes); only its first ${keptOfTooLarge} are shown here`;
  return { line, raw: raw.slice(0, keptOfTooLarge), problem: { reason: "row-too-large", detail } };
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
