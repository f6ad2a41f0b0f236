/** What a file holds in one place: a parsed value, or the reason why it could not be read. */
export type Row = ReadableRow | UnreadableRow;

export interface ReadableRow {
  /** Where the row begins, 1-based. */
  readonly line: number;
  /** The row as JSON text: as it stands in the file, where the file is JSON. */
  readonly raw: string;
  readonly value: unknown;
}

export interface UnreadableRow {
  readonly line: number;
  /** The row's text; cut when the row is larger than the limit. */
  readonly raw: string;
  readonly problem: RowProblem;
}

/** Why a row is no example: a reason code to count by, and a sentence for people. */
export interface RowProblem {
  readonly reason: string;
  readonly detail: string;
  /** Reading it again may help: the file could not be read, which is no fault of a row. */
  readonly retry?: boolean;
}

export function isReadable(row: Row): row is ReadableRow {
  return !("problem" in row);
}
