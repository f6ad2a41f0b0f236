import type { Summary } from "../report.ts";

/** Where a histogram's bins begin and end. */
export interface Scale {
  readonly kind: Summary["histogram"]["scale"];
  /** One more than there are bins. */
  readonly edges: readonly number[];
  /** Values below the first edge are in the first bin, those from the last edge on in the last. */
  binOf(value: number): number;
}

function linear(most: number, bins: number): Scale {
  const edges = Array.from({ length: bins + 1 }, (_, index) => Number(((index * most) / bins).toPrecision(6)));
  const perBin = bins / most;
  return { kind: "linear", edges, binOf: (value) => Math.min(bins - 1, Math.max(0, Math.floor(value * perBin + 1e-9))) };
}

/** Two bins for each doubling. */
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
  /** Scores from 0 to 1, and to 100. */
  one: linear(1, 20),
  hundred: linear(100, 20),
  /** Small whole numbers; a bin each. */
  few: linear(32, 32),
  /** Ratios of lengths, from 1/16 to 16. */
  ratio: logarithmic(1 / 16, 16),
  /** Lengths, from 1 to a million. */
  length: logarithmic(1, 2 ** 20),
} as const;

/** The bins from the first to the last that hold a value. */
export function binsOf(scale: Scale, bins: Uint32Array): Summary["histogram"] {
  const first = bins.findIndex((count) => count > 0);
  const last = bins.findLastIndex((count) => count > 0);
  return { edges: scale.edges.slice(first, last + 2), counts: [...bins.subarray(first, last + 1)], scale: scale.kind };
}
