import { z } from "zod";
import { equalErrorLine } from "../statistics/equal-error-line.ts";
import { rankedHigher } from "../statistics/ranking.ts";

export const obedienceSchema = z.object({
  /** Rows of the draw whose new responses were asked about. */
  rows: z.number(),
  /** Log-odds at and above which a response follows its system message. */
  line: z.number(),
  /**
   * How often a response scores higher with its own system message than another with a foreign one,
   * from 0 to 1. Undefined if there was nothing to compare.
   */
  auc: z.number().optional(),
});

/** Where a run's judge draws the line between responses that obey and responses that do not. */
export type Obedience = Readonly<z.infer<typeof obedienceSchema>>;

/** The line between scores with the own system message and with a foreign one. */
export function obedienceLine(own: readonly number[], foreign: readonly number[]): Obedience {
  const rows = Math.min(own.length, foreign.length);
  if (rows < 2) return { rows: 0, line: 0 };
  return { rows, line: equalErrorLine(foreign, own), auc: rankedHigher(own, foreign) };
}
