import { mix } from "../texts/words.ts";

/** Up to so many rows each is a group of its own. */
const mostGroups = 512;

/** How often each group is drawn, draw by draw. The same seed gives the same. */
export class Draws {
  readonly seed: number;
  readonly count: number;
  #last: readonly Uint16Array[] = [];
  #lastGroups = 0;

  constructor(seed: number, count: number) {
    this.seed = seed;
    this.count = count;
  }

  of(groups: number): readonly Uint16Array[] {
    if (groups === this.#lastGroups) return this.#last;
    let state = mix(this.seed ^ 0x2545f491);
    this.#lastGroups = groups;
    this.#last = Array.from({ length: this.count }, () => {
      const weights = new Uint16Array(groups);
      for (let time = 0; time < groups; time++) {
        state = (state + 0x9e3779b9) | 0;
        const group = Math.floor(((mix(state) >>> 0) / 2 ** 32) * groups);
        weights[group] = (weights[group] ?? 0) + 1;
      }
      return weights;
    });
    return this.#last;
  }
}

/**
 * Percentile bootstrap of means over rows (Efron and Tibshirani 1993), 95%, in flat memory. Up to 512 rows it resamples rows; of more, each
 * row is drawn into one of 512 groups, and groups are resampled: for rows that are independent of each other both vary alike, and the
 * interval's width is off by about 3%. Values of one row stay together. The same seed draws the same.
 */
export class Bootstrap {
  readonly groups = mostGroups;
  readonly #draws: Draws;
  #rows = 0;
  #group = 0;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  /** The group of the row at hand. */
  get group(): number {
    return this.#group;
  }

  get rows(): number {
    return this.#rows;
  }

  /** To be called before the values of each row are added. */
  nextRow(): void {
    this.#group = this.#rows < mostGroups ? this.#rows : (mix(this.#rows ^ mix(this.#draws.seed)) >>> 0) % mostGroups;
    this.#rows++;
  }

  /** Of sum of sums over sum of counts; undefined for fewer than two rows that have a value. */
  interval(sums: Float64Array, counts: ArrayLike<number>): [number, number] | undefined {
    let withValues = 0;
    for (let group = 0; group < mostGroups; group++) if ((counts[group] ?? 0) > 0) withValues++;
    if (withValues < 2) return undefined;
    const means = new Float64Array(this.#draws.count);
    let drawn = 0;
    for (const weights of this.#draws.of(Math.min(this.#rows, mostGroups))) {
      let sum = 0;
      let count = 0;
      for (let group = 0; group < weights.length; group++) {
        const weight = weights[group] ?? 0;
        sum += weight * (sums[group] ?? 0);
        count += weight * (counts[group] ?? 0);
      }
      if (count > 0) means[drawn++] = sum / count;
    }
    const sorted = means.subarray(0, drawn).toSorted();
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    return [at(0.025), at(0.975)];
  }
}
