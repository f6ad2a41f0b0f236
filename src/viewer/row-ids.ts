import { idAtStart } from "../runs/row-line.ts";
import type { ResultIndex } from "./result-index.ts";

/** Bytes of a line that are read for its id, which stands first. Most ids are much shorter. */
const headBytes = 256;

/** The id of the row in a slot. */
export function idOf(index: ResultIndex, slot: number): string {
  return idAtStart(index.head(slot, headBytes)) ?? idAtStart(index.body(slot)) ?? "";
}

/**
 * Finds rows by their ids. The first search reads the ids of all rows, and each later one those of
 * new rows.
 */
export class RowIds {
  readonly #index: ResultIndex;
  readonly #positions = new Map<string, number>();
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
    const likely = this.#index.slotOf(position);
    if (likely !== undefined && idOf(this.#index, likely) === id) return likely;
    this.#refresh();
    const found = this.#positions.get(id);
    const slot = found === undefined ? undefined : this.#index.slotOf(found);
    return slot !== undefined && idOf(this.#index, slot) === id ? slot : undefined;
  }

  #refresh(): void {
    const { version, generation, slots } = this.#index;
    if (version === this.#version) return;
    this.#version = version;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#positions.clear();
      this.#read = 0;
    }
    const from = this.#read;
    for (let slot = 0; slot < slots.count; slot++) {
      const at = slots.ats[slot] ?? 0;
      if (at < from) continue;
      this.#positions.set(idOf(this.#index, slot), slots.positions[slot] ?? 0);
      this.#read = Math.max(this.#read, at + 1);
    }
  }
}
