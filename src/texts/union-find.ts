/**
 * Disjoint sets of the numbers below `size`. The smallest number of a set stands for the set
 * (Tarjan 1975, with path halving).
 */
export class UnionFind {
  readonly #parents: Uint32Array;

  constructor(size: number) {
    this.#parents = Uint32Array.from({ length: size }, (_, item) => item);
  }

  /** The smallest number of the item's set. */
  find(item: number): number {
    const parents = this.#parents;
    let at = item;
    for (;;) {
      const parent = parents[at] ?? at;
      if (parent === at) return at;
      const above = parents[parent] ?? parent;
      parents[at] = above;
      at = above;
    }
  }

  join(one: number, other: number): void {
    const a = this.find(one);
    const b = this.find(other);
    this.#parents[Math.max(a, b)] = Math.min(a, b);
  }

  /** For each item, the smallest number of its set. */
  roots(): Uint32Array {
    return this.#parents.map((_, item) => this.find(item));
  }
}
