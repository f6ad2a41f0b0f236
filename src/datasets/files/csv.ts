import { buffersOf } from "./buffers-of.ts";
import { LiteralQuotes } from "./literal-quotes.ts";
import type { FileType, FileSource, RowLimits, RowsToWrite } from "./file-type.ts";
import type { Row } from "../../records/row.ts";
import { writeText } from "./text-file.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * Comma-separated values with a header line (RFC 4180). A header line without a comma but with a
 * semicolon, tab or bar sets another delimiter.
 */
export const csv: FileType = {
  name: "csv",
  endings: [".csv"],
  read: (source, limits) => readDelimited(source, limits, undefined),
  write: (rows, path) => writeText(path, delimited(rows, ",")),
};

/** Tab-separated values with a header line. */
export const tsv: FileType = {
  name: "tsv",
  endings: [".tsv", ".tab"],
  read: (source, limits) => readDelimited(source, limits, "\t"),
  write: (rows, path) => writeText(path, delimited(rows, "\t")),
};

async function* readDelimited(
  { name, chunks }: FileSource,
  limits: RowLimits,
  delimiter: string | undefined,
): AsyncGenerator<readonly Row[], void, void> {
  const { CsvRows, delimiterOf } = await import("./csv-rows.ts");
  const rows = new CsvRows(name, delimiter, limits);
  let quotes: LiteralQuotes | undefined;
  /** A piece waits for the next one, because its last line is read with the line after it. */
  let held: { text: string; suspect: boolean } | undefined;
  for await (const bytes of wholeLines(buffersOf(chunks), limits.maxRowBytes)) {
    const text = decodeUtf8(bytes);
    const piece = { text: text ?? bytes.toString("utf8"), suspect: text === undefined };
    if (quotes === undefined) {
      const mark = delimiter ?? delimiterOf(piece.text.trimStart().split("\n", 1)[0] ?? "");
      quotes = new LiteralQuotes(mark, mark === "\t");
    }
    if (held) yield rows.push(quotes.mend(held.text, piece.text), held.suspect);
    held = piece;
  }
  if (held && quotes) yield rows.push(quotes.mend(held.text), held.suspect);
  yield rows.end();
}

/**
 * Cuts the bytes at line ends, so that no character is split between two pieces. A line longer than
 * `mostBytes` is passed on in pieces.
 */
async function* wholeLines(chunks: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<Buffer, void, void> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(0x0a) + 1;
    if (end === 0 && restBytes + chunk.length <= mostBytes) {
      rest.push(chunk);
      restBytes += chunk.length;
      continue;
    }
    const cut = end === 0 ? chunk.length : end;
    yield rest.length === 0 ? chunk.subarray(0, cut) : Buffer.concat([...rest, chunk.subarray(0, cut)]);
    rest = [chunk.subarray(cut)];
    restBytes = chunk.length - cut;
  }
  if (restBytes > 0) yield Buffer.concat(rest);
}

/**
 * Rows as CSV text. Lists and objects become JSON text. Null and missing values become empty
 * fields.
 */
async function* delimited(rows: RowsToWrite, delimiter: string): AsyncGenerator<string, void, void> {
  const { default: Papa } = await import("papaparse");
  const names = new Set<string>();
  let isSpread = false;
  for await (const row of rows()) {
    for (const name in row) names.add(name);
    if (delimiter === "\t") isSpread ||= Object.values(row).some((value) => typeof value === "string" && /[\t\n\r]/.test(value));
  }
  const header = [...names];
  const text = (lines: readonly (readonly string[])[]): string => `${Papa.unparse([...lines], { delimiter, newline: "\n" })}\n`;
  if (isSpread) {
    // A header in quotes says that no quote of a TSV file is literal (`LiteralQuotes`).
    yield `${Papa.unparse([header], { delimiter, newline: "\n", quotes: true })}\n`;
  }
  let lines: string[][] = isSpread ? [] : [header];
  for await (const row of rows()) {
    lines.push(header.map((name) => textOf(row[name])));
    if (lines.length < linesAtOnce) continue;
    yield text(lines);
    lines = [];
  }
  if (lines.length > 0) yield text(lines);
}

const linesAtOnce = 200;

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
