import type { Figure } from "../../evaluation/benchmarks/benchmark.ts";
import { fewestItems, figuresOf, likeness, meanOf as partsOf } from "../../evaluation/benchmarks/figures.ts";
import { bootstrap, drawsFor, ratio } from "../../statistics/bootstrap.ts";
import { mean } from "../../statistics/sampling.ts";

/** Values by item. */
export type ItemValues = ReadonlyMap<string, number>;

/** A difference of two models on the items that both have. */
export interface Difference {
  readonly value: number;
  /** The 95% interval. Null where the items cannot tell how far the value may be off. */
  readonly low: number | null;
  readonly high: number | null;
  /** Items that both models have a value for. */
  readonly items: number;
}

/** Most resamples of one interval. There are many intervals in a report. */
const mostDraws = 2_000;
const seed = 0;

/** The mean over items with its 95% interval, by the rules of the benchmarks' own figures. */
export function meanOf(values: ItemValues, unit: Figure["unit"]): Pick<Figure, "value" | "low" | "high"> {
  const [figure] = figuresOf([partsOf({ name: "", title: "", unit }, [...values.values()])], optionsFor(values.size));
  const { value, low, high } = figure ?? { value: null, low: null, high: null };
  return { value, low, high };
}

/** Items' means over seeds, of items that have a value in each seed. */
export function overSeeds(bySeed: readonly ItemValues[]): ItemValues {
  const [first = new Map<string, number>(), ...others] = bySeed;
  const together = [...first].flatMap(([id, value]): [string, number][] => {
    const rest = others.flatMap((values) => values.get(id) ?? []);
    return rest.length === others.length ? [[id, mean([value, ...rest])]] : [];
  });
  return new Map(together);
}

/**
 * `left` less `right`, item by item, with the interval of a paired bootstrap over items. What makes
 * an item hard is the same for both models, so the interval is narrower than those of two means.
 * There is none for fewer than 6 items, nor where all differences are alike, which have no spread.
 */
export function difference(left: ItemValues, right: ItemValues): Difference | null {
  const differences = [...left].flatMap(([id, value]) => {
    const other = right.get(id);
    return other === undefined ? [] : [value - other];
  });
  const items = differences.length;
  const ones = differences.map(() => 1);
  const [estimate = null] = bootstrap({ rows: items, ...optionsFor(items) }, [ratio(differences, ones)]);
  if (estimate === null) return null;
  const areAlike = differences.every((value) => Math.abs(value - estimate.value) < likeness);
  const hasInterval = items >= fewestItems && !areAlike;
  return { ...estimate, ...(!hasInterval && { low: null, high: null }), items };
}

function optionsFor(items: number): { readonly draws: number; readonly seed: number } {
  return { draws: Math.min(mostDraws, drawsFor(items)), seed };
}
