import { z } from "zod";
import { benchmarkRecord, evaluateRecord } from "../evaluation/evaluate-record.ts";
import { trainRecord } from "../training/train-record.ts";

/** An item of a benchmark with its values by figure. */
export const itemScores = z.object({ id: z.string(), group: z.string().optional(), scores: z.record(z.string(), z.number().nullable()) });
export type ItemScores = z.infer<typeof itemScores>;

/** The file of a cell, which says what it is, what went into it and what came of it. */
export const cellFile = z.object({
  format: z.literal("sysgen-cell/1"),
  label: z.string(),
  /** What the cell's identity is the hash of. */
  inputs: z.record(z.string(), z.unknown()),
  /** `begun` stays where the process was killed. */
  state: z.enum(["begun", "done", "partial", "failed", "stopped"]),
  cause: z.string().optional(),
  startedAt: z.string(),
  /**
   * Time of the work on the clock, with loading, over all commands. Cells that were evaluated in
   * one go share its time. Earlier versions wrote that of the record, without loading.
   */
  seconds: z.number().optional(),
  train: trainRecord.optional(),
  evaluate: evaluateRecord.unwrap().omit({ format: true, benchmarks: true }).extend({ benchmark: benchmarkRecord }).optional(),
});
export type CellFile = z.infer<typeof cellFile>;
