import { CompactHashTable } from "../platform/compact-hash-table.ts";
import { hash64 } from "../platform/hash64.ts";

/**
 * Makes ids unique. A repeated id gets a suffix, such as `a`, `a#2`, `a#3`. Holds a 64-bit hash of
 * each id, so that a million rows take about 10 MB.
 */
export class UniqueIds {
  readonly #seen = new CompactHashTable(32, (_high, low) => low);
  /** Hash of an id, 53 bits of it -> how often it was seen, of those that were seen again. */
  readonly #repeated = new Map<number, number>();

  unique(id: string): string {
    // The first lane is never 0, which marks an empty slot of the table.
    const [high, low] = hash64(id);
    if (!this.#seen.find(low).some(([known]) => known === high)) {
      this.#seen.add(high, low);
      return id;
    }
    const key = (high & 0x1fffff) * 2 ** 32 + low;
    const count = (this.#repeated.get(key) ?? 1) + 1;
    this.#repeated.set(key, count);
    return this.unique(`${id}#${count}`);
  }
}
