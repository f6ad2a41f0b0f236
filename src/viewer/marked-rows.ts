import type { RowMarks, RowMark } from "../runs/row-marks.ts";
import type { ResultIndex } from "./result-index.ts";
import type { RowIds } from "./row-ids.ts";

/** The marks of a run, by the slots of their rows in the index. */
export class MarkedRows {
  readonly #marks: RowMarks;
  readonly #index: ResultIndex;
  readonly #ids: RowIds;
  #changes = 0;
  #indexVersion = -1;
  #bySlot = new Map<number, RowMark>();

  constructor(marks: RowMarks, index: ResultIndex, ids: RowIds) {
    this.#marks = marks;
    this.#index = index;
    this.#ids = ids;
  }

  /** Takes in marks that other processes wrote, and slots that have moved. */
  refresh(): void {
    if (!this.#marks.refresh() && this.#indexVersion === this.#index.version) return;
    this.#locate();
  }

  get version(): number {
    return this.#changes;
  }

  get(id: string): RowMark | undefined {
    return this.#marks.get(id);
  }

  put(mark: RowMark): void {
    this.#marks.put(mark);
    this.#locate();
  }

  counts(): { keep: number; drop: number; noted: number } {
    const all = this.#marks.all();
    const count = (matches: (mark: RowMark) => boolean): number => all.filter(matches).length;
    return {
      keep: count(({ mark }) => mark === "keep"),
      drop: count(({ mark }) => mark === "drop"),
      noted: count(({ note }) => note !== ""),
    };
  }

  /**
   * A test whether the row in a slot has one of the wanted marks.
   * @param wanted Of `keep`, `drop`, `noted` (with a note) and `unmarked`.
   */
  slots(wanted: readonly string[]): (slot: number) => boolean {
    return (slot) => {
      const found = this.#bySlot.get(slot);
      if (found === undefined) return wanted.includes("unmarked");
      return wanted.includes(found.mark ?? "unmarked") || (found.note !== "" && wanted.includes("noted"));
    };
  }

  #locate(): void {
    this.#changes++;
    this.#indexVersion = this.#index.version;
    this.#bySlot = new Map();
    for (const mark of this.#marks.all()) {
      const slot = this.#ids.slotOf(mark.id, mark.position);
      if (slot !== undefined) this.#bySlot.set(slot, mark);
    }
  }
}
