/**
 * Summary of the lengths of texts, in UTF-16 code units. All fields are 0 when there are no texts.
 */
export interface LengthSummary {
  readonly count: number;
  /** Rounded to a whole number. */
  readonly mean: number;
  readonly median: number;
  /** At least 95% of the texts are at most this long. */
  readonly p95: number;
  readonly longest: number;
}

/** Collects lengths. Takes 8 bytes for each. */
export class Lengths {
  readonly #lengths: number[] = [];

  add(length: number): void {
    this.#lengths.push(length);
  }

  get summary(): LengthSummary {
    const sorted = Float64Array.from(this.#lengths).toSorted();
    const count = sorted.length;
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * count) - 1)] ?? 0;
    const total = sorted.reduce((sum, length) => sum + length, 0);
    return { count, mean: count === 0 ? 0 : Math.round(total / count), median: at(0.5), p95: at(0.95), longest: at(1) };
  }
}
