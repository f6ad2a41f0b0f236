import { z } from "zod";
import { calibrationSchema } from "../phases/calibration.ts";
import { comparison } from "./schema/comparison.ts";
import { count, counts, tag } from "./schema/counts.ts";
import { diversity } from "./schema/diversity.ts";
import { example } from "./schema/example.ts";
import { messageFigures } from "./schema/messages.ts";
import { rowFlow } from "./schema/row-flow.ts";
import { runFacts } from "./schema/run-facts.ts";
import { maybeSummary } from "./schema/summary.ts";

/*
 * `report.json` holds the figures of a run, for people and programs. `sysgen analyze` writes it,
 * and the report page and the viewer show it. docs/analysis.md defines every figure and names its
 * source. These rules hold everywhere:
 * - A share is a number from 0 to 1. Counts are whole numbers. Floating-point numbers are rounded
 *   to 6 significant digits.
 * - A is the reference (the input's response), A' is the prediction (the run's response).
 * - A field is null if there is no value or if the figure was not asked for. It is never 0 or NaN
 *   then.
 * `version` goes up when a field goes or changes its meaning, not when one is added. Readers skip
 * fields that they do not know.
 */
export const reportVersion = 1;
/** File names in the run directory, or in `--out`. */
export const reportFileNames = { json: "report.json", markdown: "report.md", html: "report.html" } as const;

/** The figures of a set of rows, which is all of a run or the rows of one source. */
const section = z.object({ rows: rowFlow, messages: messageFigures, responses: comparison, diversity });

export const reportSchema = z.object({
  version: z.literal(reportVersion),
  /** ISO 8601, UTC. */
  madeAt: z.string(),
  sysgenVersion: z.string(),
  run: runFacts,
  /** Seed of the bootstrap and of all that is drawn. */
  seed: count,
  /** Draws of the bootstrap. */
  bootstrapDraws: count,
  /**
   * What tells a row's source, such as the input's files or a column. Null if the run has one
   * source only.
   */
  sourceFrom: z.string().nullable(),
  /**
   * Where the judge drew its lines, as run.json has it (docs/run-directory.md). Null if no verdict
   * was calibrated.
   */
  calibration: calibrationSchema.nullable().default(null),
  /** Figures that are bad, each with what a person can do about it. */
  hints: z.array(z.object({ what: z.string(), cure: z.string() })).default([]),
  /**
   * What made rows keep an original response, by rows. That is mostly a gate. A row may count for
   * several. Older reports do not have it.
   */
  keptBy: counts.default({}),
  /**
   * Wanted shares of tags (`tagShares` in the config file), and what came of them. Rows of the
   * dataset that have the tag, that were asked to have it, and that were asked and have it. Empty
   * if none is wanted, and in older reports.
   */
  tagShares: z.array(z.object({ tag, wanted: z.number(), rows: count, share: z.number(), asked: count, kept: count })).default([]),
  overall: section,
  /**
   * By source, most rows first. Beyond 30 sources, the rest is together as "(others)". Empty if
   * there is one source.
   */
  bySource: z.array(section.extend({ source: z.string() })),
  /** Rows of the dataset whose system message has the tag. */
  byTag: z.array(z.object({ tag, rows: count, phrasesPerRow: maybeSummary, responses: comparison })),
  /**
   * By response of the conversation, from 1. The last entry holds all later responses too if
   * `andLater` is true.
   */
  byTurn: z.array(z.object({ turn: z.int().positive(), andLater: z.boolean(), responses: comparison })),
  /** 20 rows, which are best ones, worst ones, and dropped ones of different reasons. */
  examples: z.array(example),
  /** Sentences for people about what was left out, is estimated, or is not comparable. */
  notes: z.array(z.string()),
});

export type Report = Readonly<z.infer<typeof reportSchema>>;
export type Section = Readonly<z.infer<typeof section>>;
export type { Comparison, FormatFigures, LengthFigures, ScoreFigures } from "./schema/comparison.ts";
export type { Diversity } from "./schema/diversity.ts";
export type { ReportExample } from "./schema/example.ts";
export type { MessageFigures, TagFigures, VerdictCounts } from "./schema/messages.ts";
export type { RowFlow } from "./schema/row-flow.ts";
export type { Summary } from "./schema/summary.ts";
