import { RowError } from "../datasets/formats/format.ts";

/** Rows that an export has no place for: reason -> how many, and the first one. */
export type SkippedRows = Readonly<Record<string, { readonly rows: number; readonly first: string; readonly detail: string }>>;

/** Counts rows that are left out; other errors go on. */
export class SkippedRowCounts {
  readonly #counts: Record<string, { rows: number; first: string; detail: string }> = {};

  get counts(): SkippedRows {
    return this.#counts;
  }

  /** @throws the error, when it is not about the row. */
  add(id: string, error: unknown): void {
    if (!(error instanceof RowError)) throw error;
    const count = (this.#counts[error.reason] ??= { rows: 0, first: id, detail: error.message });
    count.rows++;
  }
}
