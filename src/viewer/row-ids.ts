import { idAtStart } from "../runs/row-line.ts";
import type { ResultIndex } from "./result-index.ts";
import { nextTurn } from "./scan.ts";

/** Bytes of a line that are read for its id, which stands first. Most ids are much shorter. */
const headBytes = 256;

/** Ids that are read before others have their turn, which takes some 10 ms. */
const rowsAtOnce = 500;

/** The id of the row in a slot. */
export function idOf(index: ResultIndex, slot: number): string {
  return idAtStart(index.head(slot, headBytes)) ?? idAtStart(index.body(slot)) ?? "";
}

/** Where a row was when its id was read. Its line is another one once `at` has changed. */
interface Place {
  readonly position: number;
  readonly at: number;
}

/**
 * Finds rows by their ids. A search for an id that is not at its likely place reads the ids of all
 * rows, and each later one those of new rows. What was found once is found again without reading.
 */
export class RowIds {
  readonly #index: ResultIndex;
  readonly #places = new Map<string, Place>();
  #version = -1;
  #generation = -1;
  /**
   * Lines that begin before this byte of results.bin were read. Results are written one after the
   * other.
   */
  #read = 0;

  constructor(index: ResultIndex) {
    this.#index = index;
  }

  /** The slot of an id. @param position The position where the row is likely to be. */
  slotOf(id: string, position: number): number | undefined {
    this.#forget();
    const known = this.#slotAt(id);
    const likely = this.#index.slotOf(position);
    if (likely !== undefined && (likely === known || this.idAt(likely) === id)) return likely;
    if (known !== undefined) return known;
    this.#refresh();
    return this.#slotAt(id);
  }

  /** Reads the ids of all rows, a few at a time, so that later searches read none. */
  async readAll(): Promise<void> {
    this.#forget();
    const { version, generation, slots } = this.#index;
    if (version === this.#version) return;
    const from = this.#read;
    let read = from;
    for (let row = 0; row < slots.count; row++) {
      const at = slots.ats[row] ?? 0;
      if (at < from) continue;
      // Rows that come in meanwhile move the slots of others.
      const slot = this.#index.slotOf(slots.positions[row] ?? -1);
      if (slot !== undefined) this.idAt(slot);
      read = Math.max(read, at + 1);
      if (row % rowsAtOnce === 0) await nextTurn();
    }
    if (generation !== this.#index.generation) return;
    this.#version = version;
    this.#read = read;
  }

  /** The id of the row in a slot. */
  idAt(slot: number): string {
    this.#forget();
    const id = idOf(this.#index, slot);
    const { positions, ats } = this.#index.slots;
    this.#places.set(id, { position: positions[slot] ?? 0, at: ats[slot] ?? 0 });
    return id;
  }

  #slotAt(id: string): number | undefined {
    const place = this.#places.get(id);
    const slot = place && this.#index.slotOf(place.position);
    return slot !== undefined && this.#index.slots.ats[slot] === place?.at ? slot : undefined;
  }

  /** Forgets all places once rows were made anew. */
  #forget(): void {
    const { generation } = this.#index;
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#places.clear();
    this.#read = 0;
  }

  #refresh(): void {
    const { version, slots } = this.#index;
    if (version === this.#version) return;
    this.#version = version;
    const from = this.#read;
    for (let slot = 0; slot < slots.count; slot++) {
      const at = slots.ats[slot] ?? 0;
      if (at < from) continue;
      this.idAt(slot);
      this.#read = Math.max(this.#read, at + 1);
    }
  }
}
