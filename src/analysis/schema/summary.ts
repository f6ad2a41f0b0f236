import { z } from "zod";
import { count } from "./counts.ts";

/**
 * A distribution. Quantiles of up to 2,000 values are exact. Quantiles of more are within 0.5% of
 * the value.
 */
export const summary = z.object({
  /**
   * How many values there are. A row of several turns has several values where each response has
   * one.
   */
  n: count,
  mean: z.number(),
  /**
   * 95% bootstrap interval of the mean, resampled by row and seeded. Null for fewer than two rows.
   */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** Standard deviation of the sample (n - 1). 0 for one value. */
  sd: z.number(),
  min: z.number(),
  p05: z.number(),
  p25: z.number(),
  median: z.number(),
  p75: z.number(),
  p95: z.number(),
  max: z.number(),
  /**
   * Counts of values in [edges[i], edges[i + 1]). The last bin holds its end too. Lower values are
   * in the first bin, higher values in the last.
   */
  histogram: z.object({
    edges: z.array(z.number()),
    counts: z.array(count),
    /** How an axis over the edges is best drawn. */
    scale: z.enum(["linear", "log"]),
  }),
});
export const maybeSummary = summary.nullable();

export type Summary = Readonly<z.infer<typeof summary>>;
