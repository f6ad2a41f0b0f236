/** N-grams that two token sequences share. Index 0 is of single tokens. */
export interface NgramOverlap {
  /** By order, how many n-grams match. An n-gram counts as often as both texts have it. */
  readonly matches: readonly number[];
  readonly referenceTotals: readonly number[];
  readonly predictionTotals: readonly number[];
}

/**
 * Counts shared n-grams. The reference's n-grams are a trie whose edges are in one hash table. The
 * table is made anew for each pair in the same memory, and no n-gram is ever a string.
 */
export class NgramCounter {
  /** Numbers of nodes. 0 where a place is free. The root is node 1. */
  #places = new Int32Array(1 << 12);
  #parents = new Int32Array(1 << 11);
  #tokens = new Int32Array(1 << 11);
  #counts = new Int32Array(1 << 11);
  #mask = 0;
  #nodes = 1;

  overlap(reference: Int32Array, prediction: Int32Array, orders: number): NgramOverlap {
    this.#clear(orders * reference.length);
    for (let start = 0; start < reference.length; start++) {
      const end = Math.min(start + orders, reference.length);
      for (let at = start, node = 1; at < end; at++) {
        node = this.#grow(node, reference[at] ?? 0);
        this.#counts[node] = (this.#counts[node] ?? 0) + 1;
      }
    }
    const matches = Array.from({ length: orders }, () => 0);
    for (let start = 0; start < prediction.length; start++) {
      const end = Math.min(start + orders, prediction.length);
      for (let at = start, node = 1; at < end; at++) {
        node = this.#find(node, prediction[at] ?? 0);
        if (node === 0) break;
        const left = this.#counts[node] ?? 0;
        if (left === 0) continue;
        this.#counts[node] = left - 1;
        matches[at - start] = (matches[at - start] ?? 0) + 1;
      }
    }
    return { matches, referenceTotals: totals(reference.length, orders), predictionTotals: totals(prediction.length, orders) };
  }

  #clear(mostNodes: number): void {
    let size = 1 << 10;
    while (size < 2 * mostNodes) size *= 2;
    if (size > this.#places.length) this.#places = new Int32Array(size);
    else this.#places.fill(0, 0, size);
    if (mostNodes + 2 > this.#parents.length) {
      const room = 2 * (mostNodes + 2);
      this.#parents = new Int32Array(room);
      this.#tokens = new Int32Array(room);
      this.#counts = new Int32Array(room);
    }
    this.#mask = size - 1;
    this.#nodes = 1;
  }

  #find(parent: number, token: number): number {
    for (let place = this.#hash(parent, token); ; place = (place + 1) & this.#mask) {
      const node = this.#places[place] ?? 0;
      if (node === 0 || (this.#parents[node] === parent && this.#tokens[node] === token)) return node;
    }
  }

  #grow(parent: number, token: number): number {
    for (let place = this.#hash(parent, token); ; place = (place + 1) & this.#mask) {
      const node = this.#places[place] ?? 0;
      if (node === 0) {
        const made = ++this.#nodes;
        this.#places[place] = made;
        this.#parents[made] = parent;
        this.#tokens[made] = token;
        this.#counts[made] = 0;
        return made;
      }
      if (this.#parents[node] === parent && this.#tokens[node] === token) return node;
    }
  }

  #hash(parent: number, token: number): number {
    const mixed = Math.imul(Math.imul(parent, 0x9e3779b1) ^ token, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}

function totals(length: number, orders: number): number[] {
  return Array.from({ length: orders }, (_, index) => Math.max(0, length - index));
}
