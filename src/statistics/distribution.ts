import type { GroupedBootstrap } from "./bootstrap.ts";
import { quantile } from "./quantile.ts";
import { rounded } from "./rounded.ts";
import { histogramOf, type Histogram, type Scale } from "./scale.ts";

/** What a distribution comes to. All numbers are rounded to 6 significant digits. */
export interface DistributionSummary {
  /** How many values there were. */
  n: number;
  mean: number;
  /** 95% bootstrap interval of the mean. Null for fewer than two rows, or without a bootstrap. */
  interval: [number, number] | null;
  /** Standard deviation of the sample (n - 1). 0 for one value. */
  sd: number;
  min: number;
  p05: number;
  p25: number;
  median: number;
  p75: number;
  p95: number;
  max: number;
  histogram: Histogram;
}

/** Quantiles of up to this many values are exact. */
const mostExact = 2_000;
/**
 * The ends of a bucket differ by 1%, so that a value is known within 0.5%. Buckets reach from 1e-4
 * to above 1e7, and on the other side of zero as far (DDSketch, Masson, Rim and Lee 2019).
 */
const growth = Math.log(1.01);
const smallest = 1e-4;
const buckets = 2_560;
/** The place of the values next to zero, between the buckets of negative and positive values. */
const zero = buckets - 1;

/** The distribution of values that come one by one, in flat memory. */
export class Distribution {
  readonly #scale: Scale;
  readonly #bootstrap: GroupedBootstrap | undefined;
  readonly #bins: Uint32Array;
  /** The sum of values, by group of the bootstrap. */
  readonly #sums: Float64Array;
  /** How many values there were, by group of the bootstrap. */
  readonly #counts: Uint32Array;
  #exact: number[] | undefined = [];
  #sketch: Uint32Array | undefined;
  #n = 0;
  #mean = 0;
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;

  /** @param bootstrap Tells the group of the row at hand. Without it there is no interval. */
  constructor(scale: Scale, bootstrap?: GroupedBootstrap) {
    this.#scale = scale;
    this.#bootstrap = bootstrap;
    this.#bins = new Uint32Array(scale.edges.length - 1);
    this.#sums = new Float64Array(bootstrap?.groups ?? 0);
    this.#counts = new Uint32Array(bootstrap?.groups ?? 0);
  }

  get n(): number {
    return this.#n;
  }

  get mean(): number {
    return this.#mean;
  }

  /** Sums and counts of values, by group of the bootstrap. For ratios of two means. */
  get groups(): { readonly sums: Float64Array; readonly counts: Uint32Array } {
    return { sums: this.#sums, counts: this.#counts };
  }

  add(value: number): void {
    this.#n++;
    const before = value - this.#mean;
    this.#mean += before / this.#n;
    this.#squares += before * (value - this.#mean);
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const bin = this.#scale.binOf(value);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    if (this.#bootstrap) {
      const { group } = this.#bootstrap;
      this.#sums[group] = (this.#sums[group] ?? 0) + value;
      this.#counts[group] = (this.#counts[group] ?? 0) + 1;
    }
    if (this.#sketch) count(this.#sketch, value);
    else {
      this.#exact?.push(value);
      if (this.#n > mostExact) this.#compress();
    }
  }

  /** Null if there was no value. */
  summary(): DistributionSummary | null {
    if (this.#n === 0) return null;
    const interval = this.#bootstrap?.interval(this.#sums, this.#counts);
    const at = this.#quantiles();
    return {
      n: this.#n,
      mean: rounded(this.#mean),
      interval: interval ? [rounded(interval[0]), rounded(interval[1])] : null,
      sd: rounded(this.#n < 2 ? 0 : Math.sqrt(this.#squares / (this.#n - 1))),
      min: rounded(this.#min),
      p05: at(0.05),
      p25: at(0.25),
      median: at(0.5),
      p75: at(0.75),
      p95: at(0.95),
      max: rounded(this.#max),
      histogram: histogramOf(this.#scale, this.#bins),
    };
  }

  #compress(): void {
    this.#sketch = new Uint32Array(zero + buckets);
    for (const value of this.#exact ?? []) count(this.#sketch, value);
    this.#exact = undefined;
  }

  /** Rounded quantiles, of the values while they are kept and of the sketch afterwards. */
  #quantiles(): (share: number) => number {
    const sketch = this.#sketch;
    if (sketch === undefined) {
      const sorted = Float64Array.from(this.#exact ?? []).toSorted();
      return (share) => rounded(quantile(sorted, share) ?? 0);
    }
    return (share) => {
      let left = share * (this.#n - 1);
      for (let bucket = 0; bucket < sketch.length; bucket++) {
        left -= sketch[bucket] ?? 0;
        if (left < 0) return rounded(Math.min(this.#max, Math.max(this.#min, middleOf(bucket))));
      }
      return rounded(this.#max);
    };
  }
}

/** Counts a value. The buckets stand in the order of their values. */
function count(sketch: Uint32Array, value: number): void {
  const size = Math.abs(value);
  const fromZero = size < smallest ? 0 : Math.min(buckets - 1, 1 + Math.floor(Math.log(size / smallest) / growth));
  const bucket = zero + Math.sign(value) * fromZero;
  sketch[bucket] = (sketch[bucket] ?? 0) + 1;
}

function middleOf(bucket: number): number {
  const fromZero = Math.abs(bucket - zero);
  return fromZero === 0 ? 0 : Math.sign(bucket - zero) * smallest * Math.exp((fromZero - 0.5) * growth);
}
