import type { Tag } from "../../records/system-message/phrase.ts";
import type { Diversity } from "../report.ts";
import { rounded } from "../../statistics/rounded.ts";

const shown = 20;

/** Counts which sets of tags system messages have. */
export class TagCombinations {
  /** All tags of the run in canonical order, then others as they come. */
  readonly #tags: string[];
  /** Rows by set. A set is a number with the bit 2 ** index for each of its tags. */
  readonly #rows = new Map<number, number>();
  #all = 0;

  /** @param tags The run's tags in canonical order. */
  constructor(tags: readonly Tag[]) {
    this.#tags = [...tags];
  }

  add(present: ReadonlySet<string>): void {
    let set = 0;
    for (const tag of present) {
      if (!this.#tags.includes(tag)) this.#tags.push(tag);
      set += 2 ** this.#tags.indexOf(tag);
    }
    this.#rows.set(set, (this.#rows.get(set) ?? 0) + 1);
    this.#all++;
  }

  figures(): Diversity["tagCombinations"] {
    const found = [...this.#rows].map(([set, rows]) => ({ set, rows })).toSorted((a, b) => b.rows - a.rows || a.set - b.set);
    const entropy = found.reduce((sum, { rows }) => sum - (rows / this.#all) * Math.log2(rows / this.#all), 0);
    return {
      different: found.length,
      entropyBits: rounded(Math.max(0, entropy)),
      top: found.slice(0, shown).map(({ set, rows }) => ({
        tags: this.#tags.filter((_, index) => Math.floor(set / 2 ** index) % 2 === 1),
        rows,
        share: rounded(rows / this.#all),
      })),
    };
  }
}
