import { bootstrap, ratio, type Estimate } from "../../statistics/bootstrap.ts";
import { sum } from "../../statistics/sampling.ts";
import { wilson } from "../../statistics/wilson.ts";
import type { Figure } from "./benchmark.ts";

/** What items add above and below the line of a figure. */
export interface FigureParts extends Pick<Figure, "name" | "title" | "unit"> {
  /** For each item what it adds above the line. */
  readonly above: readonly number[];
  /** For each item what it adds below the line. 0 for an item that does not count. */
  readonly below: readonly number[];
  /** Values that could not be read. Default 0. */
  readonly unparsed?: number;
}

/**
 * Fewest items of a bootstrap's interval. 6 values of one sign come by chance in 3 of 100 cases, 5
 * in 6 of 100. A bootstrap takes no notice of that, and its interval of 2 items is their values.
 */
export const fewestItems = 6;

/** Values that are closer than this are alike, because floating-point sums round. */
export const likeness = 1e-9;

/**
 * Figures with their 95% intervals, by a percentile bootstrap over items. All figures share the
 * same resamples. A share has Wilson's interval over its items where each of them is 0 or 1, and
 * where all are alike. Other figures of fewer than 6 items have no interval, and neither have marks
 * that are all alike.
 */
export function figuresOf(parts: readonly FigureParts[], { draws, seed }: { readonly draws: number; readonly seed: number }): Figure[] {
  const rows = Math.max(0, ...parts.map(({ below }) => below.length));
  const resampled = parts.filter((part) => !isBinary(part));
  const estimates = bootstrap(
    { rows, draws, seed },
    resampled.map(({ above, below }) => ratio(above, below)),
  );
  return parts.map((part) => {
    const { name, title, unit, below, unparsed = 0 } = part;
    const items = below.filter((count) => count > 0).length;
    const estimate = isBinary(part) ? wilson(sum(part.above), items) : told(estimates[resampled.indexOf(part)] ?? null, unit, items);
    const { value, low, high } = estimate ?? { value: null, low: null, high: null };
    return { name, title, unit, value, low, high, items, unparsed };
  });
}

function isBinary({ unit, above, below }: FigureParts): boolean {
  return unit === "share" && [...above, ...below].every((added) => added === 0 || added === 1);
}

/** An estimate of the bootstrap, whose interval tells nothing of few items and of items alike. */
function told(estimate: Estimate, unit: Figure["unit"], items: number): Pick<Figure, "value" | "low" | "high"> | null {
  if (estimate === null) return null;
  const areAlike = estimate.high - estimate.low < likeness;
  if (areAlike && unit === "share") return wilson(Math.min(1, estimate.value) * items, items);
  return areAlike || items < fewestItems ? { ...estimate, low: null, high: null } : estimate;
}

/** A figure that is the mean of one value an item. Items without a value do not count. */
export function meanOf(about: Pick<Figure, "name" | "title" | "unit">, values: readonly (number | null | undefined)[]): FigureParts {
  return {
    ...about,
    above: values.map((value) => value ?? 0),
    below: values.map((value) => (value == null ? 0 : 1)),
    unparsed: values.filter((value) => value === null).length,
  };
}
