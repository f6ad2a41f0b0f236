import type { Row } from "../../records/row.ts";
import type { RowLimits } from "./file-type.ts";
import { jsonLayout, otherSplits } from "./json-layout.ts";
import { RowBytes, keptOfTooLarge, tooLarge } from "./row-bytes.ts";

const code = (character: string): number => character.charCodeAt(0);
const [newline, quote, backslash, comma] = [code("\n"), code('"'), code("\\"), code(",")];
const [openList, closeList, openObject, closeObject] = [code("["), code("]"), code("{"), code("}")];

/**
 * Finds the borders of rows in JSON text that comes in chunks, and makes rows of the text between
 * them. A broken row spoils only itself. When its quotes or brackets are not closed, reading
 * resumes at the next line that begins an object at the row's own column or further to the left.
 * Inside a well-formed row with any usual indentation there is no such line. See
 * docs/decisions/0002-json-arrays.md.
 */
export class JsonRows {
  readonly #limits: RowLimits;
  /**
   * The nesting depth at which rows stand. It is 0 for `{...} {...}`, 1 for `[...]` and 2 for
   * `{"data": [...]}`.
   */
  readonly #rowDepth: number;
  #rows: Row[] = [];
  #line = 1;
  /** Bytes between the last line end and the beginning of the next chunk. */
  #columnOfChunk = 0;
  #depth = 0;
  #inString = false;
  /**
   * The number of backslashes at the end of the previous chunk, when that end is inside a string.
   */
  #backslashes = 0;
  /** Whether the open list holds rows. Always true unless the layout is `array-in-object`. */
  #inList: boolean;
  /** For `array-in-object`, whether the last token opened a list that may hold rows. */
  #listBegins = false;
  /** For `array-in-object`, the number of lists of objects so far. */
  #lists = 0;
  /** For `array-in-object`, the last text outside of rows. It is the key of a list that begins. */
  #key = "";
  #skippedLists = 0;
  #row: OpenRow | undefined;

  /** @param head The file's first bytes, which show its layout. */
  constructor(head: Buffer, limits: RowLimits) {
    const layout = jsonLayout(head.toString("utf8"));
    this.#rowDepth = { values: 0, array: 1, "array-in-object": 2 }[layout];
    this.#inList = layout !== "array-in-object";
    this.#limits = limits;
  }

  /** The rows that end in this chunk. */
  push(chunk: Buffer): Row[] {
    this.#scan(chunk);
    return this.#taken();
  }

  /** The last row, and a problem row when the end of the file shows that rows are missing. */
  end(): Row[] {
    while (this.#row) this.#scan(this.#finish(Buffer.alloc(0), true) ?? Buffer.alloc(0));
    if (this.#depth > 0) this.#problem("the file ends before the closing ] of its rows; rows after this point are missing");
    else if (this.#rowDepth === 2 && this.#lists === 0 && this.#skippedLists === 0)
      this.#problem("expected an object with a list of rows, found no list of objects in it");
    return this.#taken();
  }

  #taken(): Row[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #scan(chunk: Buffer): void {
    let lineStart = -this.#columnOfChunk;
    /** Where the current row's bytes begin in this chunk. */
    let from = 0;
    let at = 0;
    const endRow = (to: number): void => {
      const rest = this.#finish(chunk.subarray(from, to), false);
      if (rest === undefined) return;
      // The row was cut short. The bytes after the cut are scanned again.
      chunk = Buffer.concat([rest, chunk.subarray(to)]);
      at = -1;
      lineStart = -this.#columnOfChunk;
    };
    for (; at < chunk.length; at++) {
      if (this.#inString) {
        const start = at;
        at = this.#endOfString(chunk, at);
        if (this.#row === undefined && this.#depth === 1) this.#key += chunk.toString("utf8", start, at).slice(0, 100);
        if (at === chunk.length) break;
      }
      const byte = chunk[at];
      if (byte === newline) {
        this.#inString = false;
        this.#line++;
        lineStart = at + 1;
        continue;
      }
      if (byte === undefined || byte <= 0x20) continue;
      if (this.#inString) {
        this.#inString = false;
        continue;
      }
      const opens = byte === openList || byte === openObject;
      if (this.#row === undefined) {
        if (!this.#startsRow(byte)) continue;
        this.#row = new OpenRow(this.#line, at - lineStart, this.#limits);
        from = at;
      } else if (this.#depth === this.#rowDepth && this.#rowDepth > 0 && (byte === comma || byte === closeList)) {
        endRow(at);
        if (at >= 0 && byte === closeList) this.#closeList();
        continue;
      } else if (byte === openObject && at - lineStart <= this.#row.column && isBlank(chunk, lineStart, at)) {
        if (this.#row.isTooLarge) {
          this.#finish(chunk.subarray(from, at), false);
          this.#depth = this.#rowDepth;
          at--;
          continue;
        }
        this.#row.mayEndBefore(at - from, { line: this.#line, column: at - lineStart });
      }
      if (byte === quote) this.#inString = true;
      else if (opens) this.#depth++;
      else if ((byte === closeList || byte === closeObject) && this.#depth > this.#rowDepth) {
        this.#depth--;
        if (this.#rowDepth === 0 && this.#depth === 0) endRow(at + 1);
      }
    }
    this.#columnOfChunk = chunk.length - lineStart;
    if (this.#row === undefined) return;
    this.#row.append(chunk.subarray(from));
    if (this.#row.isTooLarge && this.#row.resumesAt) this.#scan(this.#finish(Buffer.alloc(0), false) ?? Buffer.alloc(0));
  }

  /**
   * Whether a row begins at this byte. Also keeps track of brackets and strings outside of rows.
   */
  #startsRow(byte: number): boolean {
    if (this.#inList && this.#depth === this.#rowDepth) {
      if (this.#rowDepth === 0 || (byte !== comma && byte !== closeList)) return true;
      if (byte === closeList) this.#closeList();
      return false;
    }
    // Text before or after an array is reported as a row.
    if (this.#rowDepth === 1 && this.#depth === 0 && byte !== openList) return true;
    if (this.#listBegins && byte === openObject && otherSplits.has(this.#key.toLowerCase())) {
      this.#skippedLists++;
      this.#problem(
        `the list "${this.#key}" is another split, and its rows are not read. To read it, write it to a file of its own, for example with jq '.${this.#key}'`,
        "other-split",
      );
    } else if (this.#listBegins && byte === openObject) {
      this.#listBegins = false;
      this.#inList = true;
      this.#lists++;
      if (this.#lists === 2)
        this.#problem(
          "a second list of objects begins here; its elements are read as rows too. If they are none, write the first list to a file of its own",
          "second-list",
        );
      return true;
    }
    this.#listBegins = this.#rowDepth === 2 && this.#depth === 1 && byte === openList;
    if (byte === quote) {
      this.#inString = true;
      this.#key = "";
    } else if (byte === openList || byte === openObject) this.#depth++;
    else if (byte === closeList || byte === closeObject) this.#depth = Math.max(0, this.#depth - 1);
    return false;
  }

  #closeList(): void {
    this.#depth--;
    if (this.#rowDepth === 2) this.#inList = false;
  }

  /**
   * Where a string ends. That is its closing quote or the end of the line, because a JSON string
   * cannot span lines. The chunk's length when neither is in this chunk.
   */
  #endOfString(chunk: Buffer, from: number): number {
    const lineEnd = chunk.indexOf(newline, from);
    const limit = lineEnd === -1 ? chunk.length : lineEnd;
    let search = from;
    for (;;) {
      const found = chunk.indexOf(quote, search);
      const end = found === -1 || found > limit ? limit : found;
      let backslashes = 0;
      while (end - 1 - backslashes >= from && chunk[end - 1 - backslashes] === backslash) backslashes++;
      if (end - backslashes === from) backslashes += this.#backslashes;
      if (end === limit || backslashes % 2 === 0) {
        this.#backslashes = end === chunk.length ? backslashes : 0;
        return end;
      }
      search = end + 1;
    }
  }

  /**
   * Ends the current row with these last bytes. When the row is not JSON and another row may have
   * begun inside it, only the part before that place is reported and the rest is returned, to be
   * scanned again.
   */
  #finish(last: Buffer, atEnd: boolean): Buffer | undefined {
    const row = this.#row;
    if (row === undefined) return undefined;
    row.append(last);
    this.#row = undefined;
    const { row: made, rest } = row.take(atEnd);
    if (made) this.#rows.push(made);
    if (rest === undefined) {
      if (atEnd) this.#depth = 0;
      return undefined;
    }
    this.#depth = this.#rowDepth;
    this.#inString = false;
    this.#backslashes = 0;
    this.#line = rest.line;
    this.#columnOfChunk = rest.column;
    return rest.bytes;
  }

  #problem(detail: string, reason = "invalid-json"): void {
    this.#rows.push({ line: this.#line, raw: "", problem: { reason, detail } });
  }
}

/** A position in the file. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** The bytes of the row that is being read. */
class OpenRow {
  readonly #line: number;
  readonly column: number;
  readonly #limits: RowLimits;
  #parts: Buffer[] = [];
  #length = 0;
  /**
   * Where reading resumes if the row turns out not to be JSON. `offset` counts from the row's first
   * byte.
   */
  resumesAt: (Place & { readonly offset: number }) | undefined;

  constructor(line: number, column: number, limits: RowLimits) {
    this.#line = line;
    this.column = column;
    this.#limits = limits;
  }

  get isTooLarge(): boolean {
    return this.#length > this.#limits.maxRowBytes;
  }

  append(bytes: Buffer): void {
    this.#length += bytes.length;
    if (!this.isTooLarge || this.resumesAt) this.#parts.push(bytes);
    else if (this.#parts.length !== 1 || this.#parts[0]?.length !== keptOfTooLarge)
      this.#parts = [Buffer.concat([...this.#parts, bytes]).subarray(0, keptOfTooLarge)];
  }

  /**
   * Notes that another row begins here if this one turns out not to be JSON.
   * @param offset Position in the bytes that are appended next.
   */
  mayEndBefore(offset: number, place: Place): void {
    this.resumesAt ??= { ...place, offset: this.#length + offset };
  }

  take(atEnd: boolean): { row: Row | undefined; rest?: Place & { bytes: Buffer } } {
    const bytes = Buffer.concat(this.#parts);
    if (this.isTooLarge && this.resumesAt === undefined) return { row: tooLarge(bytes, this.#length, this.#line, this.#limits) };
    const row = rowOf(bytes, this.#line, this.#limits);
    if (row === undefined || !("problem" in row)) return { row };
    const place = this.resumesAt;
    if (place !== undefined) {
      const begun = rowOf(bytes.subarray(0, place.offset), this.#line, this.#limits) ?? row;
      const detail = `a quote or bracket of this row is not closed; reading goes on at line ${place.line}`;
      return {
        row: { line: this.#line, raw: begun.raw, problem: { reason: "invalid-json", detail } },
        rest: { ...place, bytes: bytes.subarray(place.offset) },
      };
    }
    if (!atEnd) return { row };
    const detail = "the file ends inside this row, or holds text after its rows";
    return { row: { line: this.#line, raw: row.raw, problem: { reason: "invalid-json", detail } } };
  }
}

function rowOf(bytes: Buffer, line: number, limits: RowLimits): Row | undefined {
  const collected = new RowBytes(limits);
  collected.append(bytes);
  return collected.take(line);
}

function isBlank(chunk: Buffer, from: number, to: number): boolean {
  for (let at = Math.max(0, from); at < to; at++) {
    const byte = chunk[at];
    if (byte !== undefined && byte > 0x20) return false;
  }
  return true;
}
