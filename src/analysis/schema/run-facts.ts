import { z } from "zod";
import { count } from "./counts.ts";

/** The run that a report is of, and what it paid. */
export const runFacts = z.object({
  /** The run directory's name, without the path to it. */
  name: z.string(),
  /**
   * `running` if a process was at work when the run was read. The figures are then of the rows
   * until that moment.
   */
  state: z.enum(["running", "finished", "interrupted", "stopped", "broken-off"]),
  /** The input's file name or hub reference. */
  input: z.string(),
  format: z.string(),
  model: z.string(),
  judgeModel: z.string(),
  /** The version of sysgen that made the run. Null if run.json does not say. */
  version: z.string().nullable(),
  /**
   * When the journal was made, and when the last result was written, as the file system has it,
   * in ISO 8601. Null if unknown.
   */
  startedAt: z.string().nullable(),
  changedAt: z.string().nullable(),
  /** Calls and tokens paid in the life of the run directory. */
  calls: z.array(z.object({ phase: z.string(), calls: count, inputTokens: count, outputTokens: count })),
  /**
   * What the calls cost in US dollars, where prices are known. Null where none is. Older reports
   * do not have it.
   */
  money: z
    .object({ spent: z.number(), unpriced: z.array(z.string()) })
    .nullable()
    .optional(),
  /** Settings that decide the rows' content, as run.json has them. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
