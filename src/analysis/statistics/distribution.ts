import type { Summary } from "../report.ts";
import type { Bootstrap } from "../../statistics/bootstrap.ts";
import { binsOf, type Scale } from "./scale.ts";
import { rounded } from "../../statistics/rounded.ts";

/** Up to so many values quantiles are exact. */
const mostExact = 2_000;
/** Buckets whose ends differ by 1%, from 1e-4 to above 1e7: a value is known within 0.5% (DDSketch; Masson, Rim and Lee 2019). */
const growth = Math.log(1.01);
const smallest = 1e-4;
const buckets = 2_560;

/** The distribution of values that come one by one, none of them negative: in flat memory. */
export class Distribution {
  readonly #scale: Scale;
  readonly #bootstrap: Bootstrap | undefined;
  readonly #bins: Uint32Array;
  /** Sum and count of values by the bootstrap's groups. */
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;
  #exact: number[] | undefined = [];
  #sketch: Uint32Array | undefined;
  #n = 0;
  #mean = 0;
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;

  /** @param bootstrap Groups of rows that an interval is made from; without it there is none. */
  constructor(scale: Scale, bootstrap?: Bootstrap) {
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

  /** Sums and counts of values by group, for ratios of two means. */
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

  /** Null when there was no value. */
  summary(): Summary | null {
    if (this.#n === 0) return null;
    const interval = this.#bootstrap?.interval(this.#sums, this.#counts);
    const quantile = this.#quantiles();
    return {
      n: this.#n,
      mean: rounded(this.#mean),
      interval: interval ? [rounded(interval[0]), rounded(interval[1])] : null,
      sd: rounded(this.#n < 2 ? 0 : Math.sqrt(this.#squares / (this.#n - 1))),
      min: rounded(this.#min),
      p05: quantile(0.05),
      p25: quantile(0.25),
      median: quantile(0.5),
      p75: quantile(0.75),
      p95: quantile(0.95),
      max: rounded(this.#max),
      histogram: binsOf(this.#scale, this.#bins),
    };
  }

  #compress(): void {
    this.#sketch = new Uint32Array(buckets);
    for (const value of this.#exact ?? []) count(this.#sketch, value);
    this.#exact = undefined;
  }

  /** Between the two nearest values where they are known (Hyndman and Fan 1996, type 7). */
  #quantiles(): (share: number) => number {
    const sketch = this.#sketch;
    if (sketch === undefined) {
      const sorted = Float64Array.from(this.#exact ?? []).toSorted();
      return (share) => {
        const place = share * (sorted.length - 1);
        const below = sorted[Math.floor(place)] ?? 0;
        const above = sorted[Math.ceil(place)] ?? below;
        return rounded(below + (above - below) * (place - Math.floor(place)));
      };
    }
    return (share) => {
      let left = share * (this.#n - 1);
      for (let bucket = 0; bucket < buckets; bucket++) {
        left -= sketch[bucket] ?? 0;
        if (left < 0) return rounded(Math.min(this.#max, Math.max(this.#min, middleOf(bucket))));
      }
      return rounded(this.#max);
    };
  }
}

/** Bucket 0 is of values below the smallest that counts. */
function count(sketch: Uint32Array, value: number): void {
  const bucket = value < smallest ? 0 : Math.min(buckets - 1, 1 + Math.floor(Math.log(value / smallest) / growth));
  sketch[bucket] = (sketch[bucket] ?? 0) + 1;
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : smallest * Math.exp((bucket - 0.5) * growth);
}
