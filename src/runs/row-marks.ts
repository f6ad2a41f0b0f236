import { appendFileSync, closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { z } from "zod";
import { explainWriteError } from "../platform/disk-errors.ts";

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
  #marks = new Map<string, RowMark>();
  #stamp = "";

  constructor(path: string) {
    this.#path = path;
    this.refresh();
  }

  /** Reads what another process wrote. @returns Whether there was anything. */
  refresh(): boolean {
    const { size, mtimeMs } = statSync(this.#path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
    const stamp = `${size}:${mtimeMs}`;
    if (stamp === this.#stamp) return false;
    this.#stamp = stamp;
    this.#marks = new Map();
    const text = size === 0 ? "" : readFileSync(this.#path, "utf8");
    for (const line of text.split("\n")) {
      const mark = markIn(line);
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

  /** @throws SysGenError when it cannot be written. */
  put(mark: RowMark): void {
    try {
      // Begins a new line where a crash left an unfinished one.
      appendFileSync(this.#path, `${endsMidLine(this.#path) ? "\n" : ""}${JSON.stringify(mark)}\n`, { flush: true });
    } catch (error) {
      throw explainWriteError(this.#path, error);
    }
    this.refresh();
  }
}

function markIn(line: string): RowMark | undefined {
  try {
    return markSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
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
