import { idIn } from "./row-body.ts";
import type { ResultIndex } from "./result-index.ts";

/** Ids are at the beginning of a row's line; most are much shorter. */
const headBytes = 256;

/** The id of the row in a slot. */
export function idOf(index: ResultIndex, slot: number): string {
  return idIn(index.head(slot, headBytes)) ?? idIn(index.body(slot)) ?? "";
}

/** Finds rows by their ids. */
export class RowIds {
  readonly #index: ResultIndex;
  #positions: Map<string, number> | undefined;
  #version = -1;

  constructor(index: ResultIndex) {
    this.#index = index;
  }

  /** The slot of an id. @param position Where it is likely. */
  slotOf(id: string, position: number): number | undefined {
    const likely = this.#index.slotOf(position);
    if (likely !== undefined && idOf(this.#index, likely) === id) return likely;
    const found = this.#all().get(id);
    return found === undefined ? undefined : this.#index.slotOf(found);
  }

  /** All ids are read once they are asked for, and again when there are others. */
  #all(): Map<string, number> {
    if (this.#positions !== undefined && this.#version === this.#index.version) return this.#positions;
    const { count, positions } = this.#index.slots;
    const all = new Map<string, number>();
    for (let slot = 0; slot < count; slot++) all.set(idOf(this.#index, slot), positions[slot] ?? 0);
    this.#positions = all;
    this.#version = this.#index.version;
    return all;
  }
}
