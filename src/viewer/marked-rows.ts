import type { RowMarks, RowMark } from "../runs/row-marks.ts";
import type { ResultIndex } from "./result-index.ts";
import type { RowIds } from "./row-ids.ts";
import { nextTurn } from "./scan.ts";
import type { MarksReply } from "./wire-shapes.ts";

/** Rows that are marked before others have their turn, which takes some 20 ms. */
const rowsAtOnce = 1_000;

/** The marks of a run, by the slots of their rows in the index. */
export class MarkedRows {
  readonly #marks: RowMarks;
  readonly #index: ResultIndex;
  readonly #ids: RowIds;
  #changes = 0;
  #indexVersion = -1;
  #bySlot = new Map<number, RowMark>();
  /** Marks as they were before the last `putAll`. */
  #before: readonly RowMark[] = [];

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
    this.#marks.put([mark]);
    this.#locate();
  }

  /**
   * Gives many rows the same mark, a few at a time, so that requests are served meanwhile. Notes
   * stay.
   * @param positions The rows' positions. A row that is gone by now is passed over.
   */
  async putAll(positions: readonly number[], mark: RowMark["mark"]): Promise<MarksReply> {
    const before: RowMark[] = [];
    for (const some of chunks(positions)) {
      const marks: RowMark[] = [];
      for (const position of some) {
        const slot = this.#index.slotOf(position);
        if (slot === undefined) continue;
        const id = this.#ids.idAt(slot);
        const was = this.#marks.get(id) ?? { id, mark: null, note: "", position };
        if (was.mark === mark) continue;
        before.push(was);
        marks.push({ ...was, mark, position });
      }
      this.#marks.put(marks);
      await nextTurn();
    }
    this.#before = before;
    this.#locate();
    return { rows: positions.length, changed: before.length };
  }

  /** Gives the rows of the last `putAll` the marks that they had before it. */
  async undo(): Promise<MarksReply> {
    const before = this.#before;
    this.#before = [];
    for (const some of chunks(before)) {
      this.#marks.put(some.map((was) => ({ ...was, note: this.#marks.get(was.id)?.note ?? was.note })));
      await nextTurn();
    }
    this.#locate();
    return { rows: before.length, changed: before.length };
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

function* chunks<T>(values: readonly T[]): Generator<readonly T[], void, void> {
  for (let from = 0; from < values.length; from += rowsAtOnce) yield values.slice(from, from + rowsAtOnce);
}
