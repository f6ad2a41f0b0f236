/** One row of a file. It is a parsed value, or the reason why the row could not be read. */
export type Row = ReadableRow | UnreadableRow;

export interface ReadableRow {
  /** The line of the file at which the row begins, from 1. */
  readonly line: number;
  /** The row as JSON text. In a JSON file it is the text of the file. */
  readonly raw: string;
  readonly value: unknown;
}

export interface UnreadableRow {
  readonly line: number;
  /** The row's text. It is cut when the row is larger than the limit. */
  readonly raw: string;
  readonly problem: RowProblem;
}

/**
 * Why a row is not an example. `reason` is a code to count by, `detail` a sentence for the user.
 */
export interface RowProblem {
  readonly reason: string;
  readonly detail: string;
  /** True when the file could not be read. The row may be fine, so reading it again may help. */
  readonly retry?: boolean;
}

export function isReadable(row: Row): row is ReadableRow {
  return !("problem" in row);
}
