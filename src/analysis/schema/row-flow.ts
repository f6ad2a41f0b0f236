import { z } from "zod";
import { count } from "./counts.ts";

/** Rows on their way through the phases. `in` = `done` + `dropped` + `failed`. */
export const rowFlow = z.object({
  in: count,
  /** `writtenAnew` + `originalKept` (`rowOrigin`). Older reports do not have these two. */
  done: count,
  writtenAnew: count.optional(),
  originalKept: count.optional(),
  dropped: count,
  failed: count,
  /**
   * Rows that came to each phase and rows that left it for the next one, in the phases' order. `in`
   * of the first phase counts the rows that could be read.
   */
  phases: z.array(z.object({ phase: z.string(), in: count, out: count })),
  /** Rows that are not in the dataset, most frequent first. */
  reasons: z.array(z.object({ outcome: z.enum(["dropped", "failed"]), phase: z.string(), reason: z.string(), rows: count })),
});

export type RowFlow = Readonly<z.infer<typeof rowFlow>>;
