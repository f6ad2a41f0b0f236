import { RowError } from "../datasets/formats/format.ts";

/**
 * Rows that an export has no place for, by reason. `first` is the id of the first such row, and
 * `detail` its error.
 */
export type SkippedRows = Readonly<Record<string, { readonly rows: number; readonly first: string; readonly detail: string }>>;

/** Counts the rows that an export skips. */
export class SkippedRowCounts {
  readonly #counts: Record<string, { rows: number; first: string; detail: string }> = {};

  get counts(): SkippedRows {
    return this.#counts;
  }

  /**
   * Counts a row whose error says that the format has no place for it.
   * @throws the error when it is of another kind.
   */
  add(id: string, error: unknown): void {
    if (!(error instanceof RowError)) throw error;
    const count = (this.#counts[error.reason] ??= { rows: 0, first: id, detail: error.message });
    count.rows++;
  }
}
