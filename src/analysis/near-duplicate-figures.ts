import { NearDuplicates } from "../texts/near-duplicates.ts";
import type { Diversity } from "./report.ts";
import { rounded } from "../statistics/rounded.ts";

const shown = 5;
const mostCharacters = 300;

/** Groups of almost equal system messages (MinHash-LSH). Takes 508 bytes of memory a message. */
export class MessageClusters {
  readonly #groups = new NearDuplicates();
  readonly #positions: number[] = [];

  /** @param position Where the row is in the run, to find its message again. */
  add(systemMessage: string, position: number): void {
    this.#groups.add(systemMessage);
    this.#positions.push(position);
  }

  /** @param textAt Reads the system message of a row. Gives undefined if the row is gone. */
  figures(textAt: (position: number) => string | undefined): Diversity["nearDuplicates"] {
    const roots = this.#groups.clusters();
    const sizes = new Uint32Array(roots.length);
    for (const root of roots) sizes[root] = (sizes[root] ?? 0) + 1;
    let clusters = 0;
    let messages = 0;
    const largest: { root: number; size: number }[] = [];
    sizes.forEach((size, root) => {
      if (size < 2) return;
      clusters++;
      messages += size;
      if (largest.length === shown && size <= (largest.at(-1)?.size ?? 0)) return;
      const place = largest.findIndex((known) => known.size < size);
      largest.splice(place === -1 ? largest.length : place, 0, { root, size });
      if (largest.length > shown) largest.pop();
    });
    return {
      clusters,
      messages,
      share: roots.length === 0 ? 0 : rounded(messages / roots.length),
      largest: largest[0]?.size ?? 0,
      examples: largest.map(({ root, size }) => {
        const text = textAt(this.#positions[root] ?? -1) ?? "";
        return { size, text: text.length > mostCharacters ? `${text.slice(0, mostCharacters).toWellFormed()}…` : text };
      }),
    };
  }
}
