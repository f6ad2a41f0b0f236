import { mapUse, type PaidPhase, type Quantity, type RowUse, type UseKind } from "./row-use.ts";
import { mean, normal95, student95, sum, varianceOfTotal, type Measure } from "../statistics/sampling.ts";

/** One row of the sample. */
export interface SampledRow {
  /** What it uses if the assumptions hold. */
  readonly assumed: RowUse;
  /** The same at the two ends of each assumption's range. */
  readonly ranges: readonly { readonly low: RowUse; readonly high: RowUse }[];
  /** What it really used, where it was taken through the phases. */
  readonly actual: RowUse | undefined;
  /** It comes to the first phase. */
  readonly isUsable: boolean;
}

/** From so many rows on that really went through the phases, what they used counts and not what was assumed. */
export const fewestMeasured = 3;

/**
 * From a sample to all rows, by double sampling: all sampled rows have a use that is worked out from their prompts, and some of them
 * one that was measured. With measured rows, what was worked out is put right by their ratio (Cochran, Sampling Techniques, 12.8); without,
 * the assumptions' ranges widen the bar.
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
          return mapUse(actual, (value, phase, kind) => value - expected[phase][kind]);
        })
      : [];
  }

  /** The quantity of all rows. */
  total(quantity: Quantity): Measure {
    const values = this.#corrected.map(quantity);
    const value = this.#totalRows * mean(values);
    const ofSample = normal95 ** 2 * varianceOfTotal(values, this.#totalRows);
    return { value, bar: Math.sqrt(ofSample + (this.isMeasured ? this.#ofMeasured(quantity) : this.#ofAssumptions(quantity, value))) };
  }

  /** Of rows that do not reach the first phase nothing needs to be measured. */
  #ofMeasured(quantity: Quantity): number {
    const usable = this.#rows.filter(({ isUsable }) => isUsable).length;
    const usableInAll = Math.round((this.#totalRows * usable) / this.#rows.length);
    return student95(this.#residuals.length - 1) ** 2 * varianceOfTotal(this.#residuals.map(quantity), usableInAll);
  }

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
  const assumed = sum(measured.map((row) => row.assumed[phase][kind]));
  return assumed === 0 ? 1 : sum(measured.map((row) => row.actual?.[phase][kind] ?? 0)) / assumed;
}
