import type { Statistic } from "./bootstrap.ts";

/** One item that two judges labelled, in a row of the sample. */
export interface LabelledTwice {
  readonly row: number;
  readonly first: string;
  readonly second: string;
}

/** The share of items on which both have the same label. */
export function rawAgreement(items: readonly LabelledTwice[]): Statistic {
  return (weights) => {
    let [same, all] = [0, 0];
    for (const { row, first, second } of items) {
      const weight = weights[row] ?? 0;
      all += weight;
      if (first === second) same += weight;
    }
    return all === 0 ? undefined : same / all;
  };
}

/**
 * Cohen's kappa (1960), which is (observed - chance) / (1 - chance). Chance is how often two judges
 * would agree who give their labels as often as these do and know nothing of the items. 1 is full
 * agreement and 0 is chance. Undefined if chance alone always agrees.
 */
export function cohensKappa(items: readonly LabelledTwice[]): Statistic {
  const labels = [...new Set(items.flatMap(({ first, second }) => [first, second]))];
  const rows = Int32Array.from(items, ({ row }) => row);
  const firstLabels = Int32Array.from(items, ({ first }) => labels.indexOf(first));
  const secondLabels = Int32Array.from(items, ({ second }) => labels.indexOf(second));
  return (weights) => {
    const firsts = new Float64Array(labels.length);
    const seconds = new Float64Array(labels.length);
    let [same, all] = [0, 0];
    for (let item = 0; item < rows.length; item++) {
      const weight = weights[rows[item] ?? 0] ?? 0;
      const [first, second] = [firstLabels[item] ?? 0, secondLabels[item] ?? 0];
      all += weight;
      firsts[first] = (firsts[first] ?? 0) + weight;
      seconds[second] = (seconds[second] ?? 0) + weight;
      if (first === second) same += weight;
    }
    if (all === 0) return undefined;
    let chance = 0;
    for (let label = 0; label < labels.length; label++) chance += ((firsts[label] ?? 0) / all) * ((seconds[label] ?? 0) / all);
    return chance >= 1 ? undefined : (same / all - chance) / (1 - chance);
  };
}
