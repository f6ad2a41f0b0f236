import { mix } from "./mix.ts";

const mostExact = 10_000;
const indexBits = 14;
const registers = 1 << indexBits;

/**
 * Counts different 32-bit hashes. Up to 10,000 the count is exact. Beyond, it is HyperLogLog's
 * (Flajolet et al. 2007) with 16,384 registers, whose standard error is 0.8%.
 */
export class DistinctCount {
  #exact: Set<number> | undefined = new Set();
  #registers: Uint8Array | undefined;

  add(hash: number): void {
    if (this.#registers) return raise(this.#registers, hash);
    this.#exact?.add(hash);
    if ((this.#exact?.size ?? 0) <= mostExact) return;
    this.#registers = new Uint8Array(registers);
    for (const known of this.#exact ?? []) raise(this.#registers, known);
    this.#exact = undefined;
  }

  addAll(hashes: Int32Array): void {
    const ranks = this.#registers;
    for (const hash of hashes)
      if (ranks) raise(ranks, hash);
      else this.add(hash);
  }

  count(): number {
    if (this.#registers === undefined) return this.#exact?.size ?? 0;
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const estimate = ((0.7213 / (1 + 1.079 / registers)) * registers ** 2) / sum;
    // Linear counting, which is better for small counts.
    return estimate <= 2.5 * registers && empty > 0 ? registers * Math.log(registers / empty) : estimate;
  }
}

function raise(ranks: Uint8Array, hash: number): void {
  const place = mix(hash ^ 0x1b873593) >>> (32 - indexBits);
  const rank = Math.clz32(mix(hash ^ 0x4cf5ad43)) + 1;
  if (rank > (ranks[place] ?? 0)) ranks[place] = rank;
}
