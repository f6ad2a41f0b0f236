import { mapUse, noUse, useIn, type PaidPhase, type Quantity, type RowUse, type UseKind } from "./row-use.ts";
import { mean, normal95, student95, sum, varianceOfTotal, type Measure } from "../statistics/sampling.ts";

/** One row of the sample. */
export interface SampledRow {
  /** What the row uses if the assumptions hold. */
  readonly assumed: RowUse;
  /** The same at the two ends of each assumption's range. */
  readonly ranges: readonly { readonly low: RowUse; readonly high: RowUse }[];
  /** What the row really used. Undefined when the journal does not hold all its calls. */
  readonly actual: RowUse | undefined;
  /** False when the row ends before the first phase. */
  readonly isUsable: boolean;
}

/**
 * Fewest measurements that replace an assumption. With 2 rows, or 2 calls in the journal, the
 * assumptions still count.
 */
export const fewestMeasured = 3;

/**
 * Extrapolates from a sample to all rows by double sampling (Cochran, Sampling Techniques, 12.8).
 * Each sampled row has a use that is worked out from its prompts, and some also have a measured
 * one. With at least `fewestMeasured` measured rows, each worked-out number is multiplied by the
 * ratio of the measured sum to the worked-out sum of its phase and kind. With fewer, the ranges of
 * the assumptions widen the error bar.
 */
export class Extrapolation {
  readonly isMeasured: boolean;
  readonly #rows: readonly SampledRow[];
  readonly #totalRows: number;
  readonly #corrected: readonly RowUse[];
  readonly #residuals: readonly RowUse[];

  constructor(rows: readonly SampledRow[], totalRows: number) {
    this.#rows = rows;
    this.#totalRows = totalRows;
    const measured = rows.filter(({ actual, isUsable }) => actual !== undefined && isUsable);
    this.isMeasured = measured.length >= fewestMeasured;
    const ratios = new Map<string, number>();
    const correct = (use: RowUse): RowUse =>
      mapUse(use, (value, phase, kind) => {
        const key = `${phase} ${kind}`;
        const ratio = ratios.get(key) ?? ratioOf(measured, phase, kind);
        ratios.set(key, ratio);
        return ratio * value;
      });
    this.#corrected = this.isMeasured ? rows.map(({ assumed }) => correct(assumed)) : rows.map(({ assumed }) => assumed);
    this.#residuals = this.isMeasured
      ? measured.map(({ assumed, actual = assumed }) => {
          const expected = correct(assumed);
          return mapUse(actual, (value, phase, kind) => value - useIn(phase, expected)[kind]);
        })
      : [];
  }

  /** The quantity summed over all rows, with half the width of its 95% interval. */
  total(quantity: Quantity): Measure {
    const values = this.#corrected.map(quantity);
    const value = this.#totalRows * mean(values);
    const ofSample = normal95 ** 2 * varianceOfTotal(values, this.#totalRows);
    return { value, bar: Math.sqrt(ofSample + (this.isMeasured ? this.#ofMeasured(quantity) : this.#ofAssumptions(quantity, value))) };
  }

  /**
   * Square of the error bar that comes of the scatter of the measured rows. Rows that end before
   * the first phase need no measurement.
   */
  #ofMeasured(quantity: Quantity): number {
    const usable = this.#rows.filter(({ isUsable }) => isUsable).length;
    const usableInAll = Math.round((this.#totalRows * usable) / this.#rows.length);
    return student95(this.#residuals.length - 1) ** 2 * varianceOfTotal(this.#residuals.map(quantity), usableInAll);
  }

  /**
   * Square of the error bar that comes of the assumptions. Each counts with the farther end of its
   * range, and they are taken as independent.
   */
  #ofAssumptions(quantity: Quantity, value: number): number {
    const [first] = this.#rows;
    const widths = (first?.ranges ?? []).map((_, index) => {
      const at = (end: "low" | "high"): number =>
        this.#totalRows * mean(this.#rows.map(({ ranges, assumed }) => quantity(ranges[index]?.[end] ?? assumed)));
      return Math.max(Math.abs(at("low") - value), Math.abs(at("high") - value));
    });
    return sum(widths.map((width) => width ** 2));
  }
}

function ratioOf(measured: readonly SampledRow[], phase: PaidPhase, kind: UseKind): number {
  const assumed = sum(measured.map((row) => useIn(phase, row.assumed)[kind]));
  return assumed === 0 ? 1 : sum(measured.map((row) => useIn(phase, row.actual ?? noUse)[kind])) / assumed;
}
