import { appendFileSync, closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { z } from "zod";
import { explainWriteError } from "../platform/disk-errors.ts";
import { readLines } from "../platform/read-lines.ts";
import { valueIn } from "./journal/checked-line.ts";

const markNames = ["keep", "drop"] as const;

const markSchema = z.object({
  id: z.string(),
  /** Null where the row has a note alone, or its mark was taken away. */
  mark: z.enum(markNames).nullable(),
  note: z.string(),
  /**
   * Position of the row among the input's rows when it was marked. The id decides which row is
   * meant.
   */
  position: z.number(),
});

/** A mark that a person gave to a row, with a note. */
export type RowMark = z.infer<typeof markSchema>;

/**
 * The marks of a run's rows, in a file of lines that only grows. The last line about a row counts.
 * The file is not under the run's lock, so rows can be marked while the run is at work.
 */
export class RowMarks {
  readonly #path: string;
  readonly #marks = new Map<string, RowMark>();
  #stamp = "";
  /** The byte up to which whole lines were read. */
  #read = 0;

  constructor(path: string) {
    this.#path = path;
    this.refresh();
  }

  /**
   * Reads what was added since, by this process or another. @returns Whether there was anything.
   */
  refresh(): boolean {
    const { size, mtimeMs } = statSync(this.#path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
    const stamp = `${size}:${mtimeMs}`;
    if (stamp === this.#stamp) return false;
    this.#stamp = stamp;
    if (size < this.#read || size === 0) {
      this.#read = 0;
      this.#marks.clear();
    }
    if (size === 0) return true;
    for (const { bytes, at, isWhole } of readLines(this.#path, this.#read)) {
      if (isWhole) this.#read = at + bytes.length + 1;
      const mark = markIn(bytes);
      if (mark === undefined) continue;
      if (mark.mark === null && mark.note === "") this.#marks.delete(mark.id);
      else this.#marks.set(mark.id, mark);
    }
    return true;
  }

  get(id: string): RowMark | undefined {
    return this.#marks.get(id);
  }

  /** The marks of all rows that have a mark or a note. */
  all(): RowMark[] {
    return [...this.#marks.values()];
  }

  /** @throws SysGenError when they cannot be written. */
  put(marks: readonly RowMark[]): void {
    if (marks.length === 0) return;
    const lines = marks.map((mark) => `${JSON.stringify(mark)}\n`).join("");
    try {
      // Begins a new line where a crash left an unfinished one.
      appendFileSync(this.#path, `${endsMidLine(this.#path) ? "\n" : ""}${lines}`, { flush: true });
    } catch (error) {
      throw explainWriteError(this.#path, error);
    }
    this.refresh();
  }
}

function markIn(line: Buffer): RowMark | undefined {
  return markSchema.safeParse(valueIn(line)).data;
}

function endsMidLine(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, "r");
  try {
    const last = Buffer.alloc(1);
    const { size } = statSync(path);
    return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
  } finally {
    closeSync(file);
  }
}
