import type { ReadableRow } from "../../records/row.ts";

/** A row of a file type that is not JSON. Its JSON text is made only when `raw` is read. */
export class ValueRow implements ReadableRow {
  readonly line: number;
  readonly value: unknown;

  constructor(line: number, value: unknown) {
    this.line = line;
    this.value = value;
  }

  get raw(): string {
    return JSON.stringify(this.value);
  }
}
