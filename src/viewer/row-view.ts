import type { Comparison } from "./comparison.ts";
import type { JudgedRows } from "./judged-rows.ts";
import type { MarkedRows } from "./marked-rows.ts";
import type { ResultIndex } from "./result-index.ts";
import { letsThrough, type RowFilter } from "./row-filter.ts";
import type { TextSearch } from "./text-search.ts";

/** What a view of the rows reads. */
export interface ViewParts {
  readonly index: ResultIndex;
  readonly marks: MarkedRows;
  readonly judged: JudgedRows;
  readonly search: TextSearch | undefined;
  /** Given where the filter asks for differences. */
  readonly comparison: Comparison | undefined;
}

/**
 * The slots of the rows that pass a filter, in the filter's order. Made anew when something has
 * changed.
 */
export class RowView {
  readonly filter: RowFilter;
  readonly #parts: ViewParts;
  #slots = new Uint32Array();
  #stamp = "";

  constructor(filter: RowFilter, parts: ViewParts) {
    this.filter = filter;
    this.#parts = parts;
  }

  /** The scans that must end before the view is complete. */
  get scans(): (TextSearch | Comparison)[] {
    return [this.#parts.search, this.#parts.comparison].filter((scan) => scan !== undefined);
  }

  /** The rows that are known to pass. */
  slots(): Uint32Array {
    const { index, marks, judged, search, comparison } = this.#parts;
    search?.refresh();
    comparison?.refresh();
    const stamp = [index.version, marks.version, judged.version, search?.count, comparison?.count].join(" ");
    if (stamp === this.#stamp) return this.#slots;
    this.#stamp = stamp;
    const { filter } = this;
    const { count, kinds, ats } = index.slots;
    const isWanted = index.kinds.all().map((kind) => letsThrough(filter, kind));
    const marked = filter.marks.length === 0 ? undefined : marks.slots(filter.marks);
    const isSaid = judged.slots(filter);
    const slots = new Uint32Array(count);
    let found = 0;
    for (let slot = 0; slot < count; slot++) {
      if (isWanted[kinds[slot] ?? 0] !== true) continue;
      if (marked && !marked(slot)) continue;
      if (isSaid && !isSaid(slot)) continue;
      if (search && !search.holds(slot)) continue;
      if (comparison && !comparison.isKnownAs(slot, filter.differences)) continue;
      slots[found++] = slot;
    }
    this.#slots = slots.slice(0, found);
    if (filter.newestFirst) this.#slots.sort((a, b) => (ats[b] ?? 0) - (ats[a] ?? 0));
    return this.#slots;
  }
}
