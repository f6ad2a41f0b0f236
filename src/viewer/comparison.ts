import { readDoneLine } from "../runs/row-line.ts";
import type { ResultIndex } from "./result-index.ts";
import { RowIds, idOf } from "./row-ids.ts";
import { Scan } from "./scan.ts";
import { differenceNames, type Difference } from "./wire-shapes.ts";

/** Rows that one step compares, which takes a few milliseconds. */
const rowsAtOnce = 100;

/** How the rows of a run differ from those of the same ids in another one. */
export class Comparison extends Scan {
  readonly #index: ResultIndex;
  readonly #other: ResultIndex;
  readonly #ids: RowIds;
  /**
   * By slot: 0 for a row that is not compared yet, else 1 more than the index in `differenceNames`.
   */
  #differences = new Uint8Array();
  #next = 0;
  #versions = "";

  constructor(index: ResultIndex, other: ResultIndex) {
    super();
    this.#index = index;
    this.#other = other;
    this.#ids = new RowIds(other);
  }

  /**
   * Begins anew when either run has changed. To be called before anything is asked of the
   * comparison.
   */
  refresh(): void {
    const versions = `${this.#index.version} ${this.#other.version}`;
    if (versions === this.#versions) return;
    this.#versions = versions;
    this.#differences = new Uint8Array(this.#index.slots.count);
    this.#next = 0;
  }

  get progress(): number {
    return this.#differences.length === 0 ? 1 : this.#next / this.#differences.length;
  }

  /** Rows that are compared. */
  get count(): number {
    return this.#next;
  }

  /** The slot of the same row in the other run. */
  otherSlot(slot: number): number | undefined {
    return this.#ids.slotOf(idOf(this.#index, slot), this.#index.slots.positions[slot] ?? -1);
  }

  differenceOf(slot: number): Difference {
    const known = differenceNames[(this.#differences[slot] ?? 0) - 1];
    if (known !== undefined) return known;
    const found = this.#compare(slot);
    this.#differences[slot] = differenceNames.indexOf(found) + 1;
    return found;
  }

  /** Whether a row is compared already and has one of these differences. */
  isKnownAs(slot: number, differences: readonly Difference[]): boolean {
    const known = differenceNames[(this.#differences[slot] ?? 0) - 1];
    return known !== undefined && differences.includes(known);
  }

  protected step(): boolean {
    this.refresh();
    const end = Math.min(this.#next + rowsAtOnce, this.#differences.length);
    for (; this.#next < end; this.#next++) this.differenceOf(this.#next);
    return this.#next < this.#differences.length;
  }

  #compare(slot: number): Difference {
    const otherSlot = this.otherSlot(slot);
    if (otherSlot === undefined) return "missing";
    const mine = this.#index.kinds.at(this.#index.slots.kinds[slot] ?? 0);
    const theirs = this.#other.kinds.at(this.#other.slots.kinds[otherSlot] ?? 0);
    if (mine.outcome !== theirs.outcome || mine.reason !== theirs.reason) return "outcome";
    if (mine.outcome !== "done") return "same";
    const a = readDoneLine(this.#index.body(slot));
    const b = readDoneLine(this.#other.body(otherSlot));
    return JSON.stringify(a.messages) === JSON.stringify(b.messages) ? "same" : "text";
  }
}
