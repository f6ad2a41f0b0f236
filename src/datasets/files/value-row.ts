import type { ReadableRow } from "../../records/row.ts";

/** A row of a file type that has no text of its own for it: JSON, made where somebody asks. */
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
