/** Counts of values by bin. */
export interface Histogram {
  /**
   * Ascending. One more than there are counts, since bin i holds the values from edge i to edge i +
   * 1.
   */
  edges: number[];
  counts: number[];
  /** How an axis over the edges is best drawn. */
  scale: "linear" | "log";
}

/** Where a histogram's bins begin and end. */
export interface Scale {
  readonly kind: Histogram["scale"];
  /** Ascending. One more than there are bins. */
  readonly edges: readonly number[];
  /**
   * A value below the first edge is in the first bin. A value above the last edge is in the last
   * bin.
   */
  binOf(value: number): number;
}

function linear(most: number, bins: number, least = 0): Scale {
  const edges = Array.from({ length: bins + 1 }, (_, index) => Number((least + (index * (most - least)) / bins).toPrecision(6)));
  const perBin = bins / (most - least);
  return { kind: "linear", edges, binOf: (value) => Math.min(bins - 1, Math.max(0, Math.floor((value - least) * perBin + 1e-9))) };
}

/** Two bins for each doubling of the value. */
function logarithmic(least: number, most: number): Scale {
  const bins = Math.round(2 * Math.log2(most / least));
  const edges = Array.from({ length: bins + 1 }, (_, index) => Number((least * 2 ** (index / 2)).toPrecision(6)));
  return {
    kind: "log",
    edges,
    binOf: (value) => (value <= least ? 0 : Math.min(bins - 1, Math.floor(2 * Math.log2(value / least) + 1e-9))),
  };
}

export const scales = {
  /** Scores from 0 to 1. */
  one: linear(1, 20),
  /** Scores from 0 to 100. */
  hundred: linear(100, 20),
  /** Small whole numbers, each with a bin of its own. */
  few: linear(32, 32),
  /** Log-odds, from -12 to 12. */
  score: linear(12, 48, -12),
  /** Ratios of lengths, from 1/16 to 16. */
  ratio: logarithmic(1 / 16, 16),
  /** Lengths, from 1 to a million (2 to the power of 20). */
  length: logarithmic(1, 2 ** 20),
} as const;

/** The histogram from the first bin that holds a value to the last one. */
export function histogramOf(scale: Scale, bins: Uint32Array): Histogram {
  const first = bins.findIndex((count) => count > 0);
  const last = bins.findLastIndex((count) => count > 0);
  return { edges: scale.edges.slice(first, last + 2), counts: [...bins.subarray(first, last + 1)], scale: scale.kind };
}
