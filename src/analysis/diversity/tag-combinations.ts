import { tags, type Tag } from "../../records/system-message/phrase.ts";
import type { Diversity } from "../report.ts";
import { rounded } from "../../statistics/rounded.ts";

const shown = 20;

/** Counts which sets of tags system messages have. */
export class TagCombinations {
  /** Rows by set. A set is a number whose bits are tags, in the tags' order. */
  readonly #rows = new Uint32Array(1 << tags.length);
  #all = 0;

  add(present: ReadonlySet<Tag>): void {
    const set = tags.reduce((bits, tag, index) => (present.has(tag) ? bits | (1 << index) : bits), 0);
    this.#rows[set] = (this.#rows[set] ?? 0) + 1;
    this.#all++;
  }

  figures(): Diversity["tagCombinations"] {
    const found = [...this.#rows].flatMap((rows, set) => (rows > 0 ? [{ set, rows }] : [])).toSorted((a, b) => b.rows - a.rows);
    const entropy = found.reduce((sum, { rows }) => sum - (rows / this.#all) * Math.log2(rows / this.#all), 0);
    return {
      different: found.length,
      entropyBits: rounded(Math.max(0, entropy)),
      top: found.slice(0, shown).map(({ set, rows }) => ({
        tags: tags.filter((_, index) => (set & (1 << index)) !== 0),
        rows,
        share: rounded(rows / this.#all),
      })),
    };
  }
}
