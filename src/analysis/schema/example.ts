import { z } from "zod";
import { count } from "./counts.ts";

/** A row to look at. Texts are cut at 4,000 characters, and then end with "…". */
const shownRow = z.object({
  id: z.string(),
  source: z.string().nullable(),
  /** Phrases of the system message, in order. */
  phrases: z.array(z.object({ tag: z.string(), text: z.string(), verdict: z.string(), repairs: z.array(z.string()) })),
  /** Phrases that the filter (`reason`) or the judge (`verdict`) removed. */
  removed: z.array(
    z.object({ tag: z.string().nullable(), text: z.string(), reason: z.string().nullable(), verdict: z.string().nullable() }),
  ),
  /**
   * The conversation's turns with A and A'. `response` is null if the row was dropped. `origin` is
   * `original` if the response is the input's own (`responseOrigin`), and older reports lack it.
   */
  turns: z.array(
    z.object({ instruction: z.string(), original: z.string(), response: z.string().nullable(), origin: z.string().optional() }),
  ),
  gates: z.array(z.object({ gate: z.string(), turn: count, detail: z.string(), action: z.string() })),
});
export const example = shownRow.extend({
  kind: z.enum(["best", "worst", "dropped"]),
  /** Why the row is shown, in words for people. */
  because: z.string(),
  /**
   * What best and worst rows are sorted by, from 0 to 1 (docs/analysis.md). It serves to look at
   * the ends of a run and is no measure of quality.
   */
  soundness: z.number().nullable(),
  rougeL: z.number().nullable(),
  /** Where and why the row was dropped. Null for other rows. */
  phase: z.string().nullable(),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
});

export type ReportExample = Readonly<z.infer<typeof example>>;
