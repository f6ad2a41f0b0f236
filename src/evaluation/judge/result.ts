import { z } from "zod";

const count = z.int().min(0);

/**
 * A figure with its 95% percentile bootstrap interval over rows. Null when no row counts toward it.
 */
export const estimateSchema = z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable();
export type Estimate = Readonly<z.infer<typeof estimateSchema>>;

/**
 * Figures of question 1, which response is better, A (`original`) or A' (`new`). All are over pairs
 * whose texts differ.
 */
export const pairFiguresSchema = z.object({
  /** Rows that have a verdict, which are wins + ties + losses. */
  rows: count,
  /** Rows that A' won. `losses` are rows that A won. */
  wins: count,
  ties: count,
  losses: count,
  /**
   * Ties that come of orders that disagree. In `reversed` of them the orders named opposite
   * winners, in the others a winner and a tie.
   */
  inconsistent: count,
  reversed: count,
  /** Pairs of the same text. No judge is asked about them, and they are in no other figure. */
  identical: count,
  /** Rows without a verdict, because no reply could be read in at least one order. */
  unparsed: count,
  /** (wins + ties / 2) / rows. Null in results of versions that counted pairs of the same text. */
  winRate: estimateSchema,
  /** Verdicts of single replies, by the place at which the winner was shown. */
  slots: z.object({ first: count, second: count, tie: count }),
  /** first / (first + second). It is 0.5 when the place makes no difference. */
  firstSlotRate: estimateSchema,
  /**
   * `overall` is the length of all A' divided by that of all A. `median` is the median of the rows'
   * ratios.
   */
  lengthRatio: z.object({ overall: z.number().nullable(), median: z.number().nullable() }),
  /** The win rate at equal length (docs/judge.md). */
  lengthControlledWinRate: estimateSchema,
});
export type PairFigures = Readonly<z.infer<typeof pairFiguresSchema>>;

const obedienceSchema = z.object({
  obeyed: count,
  violated: count,
  notApplicable: count,
  unparsed: count,
  /** obeyed / (obeyed + violated). */
  obeyedRate: estimateSchema,
});
export type Obedience = Readonly<z.infer<typeof obedienceSchema>>;

/** 0 to 1. Null if there was nothing to compare. */
const maybeShare = z.number().nullable();

/** Where a judge's line of obedience lies, and what that is worth (docs/judge.md). */
const obedienceCalibrationSchema = z.object({
  /** Rows whose responses were also asked about with another row's phrases, and answered. */
  rows: count,
  phrases: z.object({ own: count, foreign: count }),
  /** Log-odds at and above which a phrase is obeyed, for a tag without a line of its own. */
  line: z.number(),
  tagLines: z.record(z.string(), z.number()),
  /** Whether the lines decide. If the judge is little better than a coin, even odds do. */
  isUsed: z.boolean(),
  /** How often a phrase of the row's own message scores higher than one of another row's. */
  phraseAuc: maybeShare,
  /** The same for whole messages. */
  messageAuc: maybeShare,
  /** Share of own phrases at or above their line. */
  ownAtOrAbove: maybeShare,
  /** Share of another row's phrases below their line. */
  foreignBelow: maybeShare,
  /** The obeyed rate of all phrases if the judge is taken at its word. */
  obeyedRateAtEvenOdds: estimateSchema,
});
export type ObedienceCalibration = Readonly<z.infer<typeof obedienceCalibrationSchema>>;

/**
 * Figures of question 2, whether A' obeys each phrase of the system message. They are over
 * responses that were written anew.
 */
export const phraseFiguresSchema = z.object({
  /** Rows that were asked about and answered. */
  rows: count,
  all: obedienceSchema,
  /** The same by tag, for the tags that occur, in the run's order. */
  tags: z.record(z.string(), obedienceSchema),
  /**
   * The same of original responses that were kept. Null in results of versions that counted both
   * together.
   */
  kept: z.object({ rows: count, all: obedienceSchema }).nullable().default(null),
  /** Null in results of versions that asked about all phrases at once. */
  calibration: obedienceCalibrationSchema.nullable().default(null),
});
export type PhraseFigures = Readonly<z.infer<typeof phraseFiguresSchema>>;

const judgeSchema = z.object({
  model: z.string(),
  /** Whether the judge wrote the responses that it judges. Judges tend to prefer their own. */
  isGenerator: z.boolean(),
  /**
   * The sum of these is the number of drawn rows. A `failed` row met an error in a question, and
   * the same command asks it again. A row that is `left` was not reached.
   */
  rows: z.object({ judged: count, failed: count, left: count }),
  /** Failed questions, by the kind of the error. */
  failures: z.record(z.string(), count),
  pair: pairFiguresSchema,
  /** Null when the system message is hidden. */
  phrases: phraseFiguresSchema.nullable(),
  /** Of all replies behind these figures, whenever they were paid. */
  tokens: z.object({ calls: count, inputTokens: count, outputTokens: count }),
});
export type JudgeFigures = Readonly<z.infer<typeof judgeSchema>>;

/**
 * Agreement of two judges over `items`. `agreement` is the share of items with the same label, and
 * `kappa` is Cohen's kappa. `kappa` is null when chance alone would always agree.
 */
const agreementSchema = z.object({ items: count, agreement: estimateSchema, kappa: estimateSchema });
export type Agreement = Readonly<z.infer<typeof agreementSchema>>;

/**
 * Content of judge.json (with the system message shown) and of judge-hidden.json (with it hidden,
 * as in the paper).
 */
export const judgeResultSchema = z.object({
  version: z.literal(2),
  mode: z.enum(["system-shown", "system-hidden"]),
  state: z.enum(["finished", "interrupted", "stopped"]),
  /** Why judging stopped by itself, as a sentence. */
  stoppedBy: z.string().optional(),
  /** The model that wrote the responses. */
  generator: z.string(),
  /**
   * Rows drawn out of the done ones by the seed. All of them are drawn when there are no more than
   * `wanted`.
   */
  sample: z.object({ done: count, wanted: count, drawn: count, seed: z.int() }),
  bootstrap: z.object({ draws: count, confidence: z.literal(0.95) }),
  /** Hashes of the prompts, like those of the phases in run.json. */
  prompts: z.object({ pair: z.string(), phrases: z.string().nullable() }),
  /** One judge, or two. */
  judges: z.array(judgeSchema).min(1),
  /** Null with one judge. */
  agreement: z.object({ pair: agreementSchema, phrases: agreementSchema.nullable() }).nullable(),
});
export type JudgeResult = Readonly<z.infer<typeof judgeResultSchema>>;

/**
 * Reads a result of this version or of the one before, which counted pairs of the same text as ties
 * and as halves of a win.
 * @throws ZodError when the value is neither.
 */
export function parseJudgeResult(value: unknown): JudgeResult {
  const isFirst = z.object({ version: z.literal(1) }).safeParse(value).success;
  if (!isFirst) return judgeResultSchema.parse(value);
  const { judges, ...others } = judgeResultSchema.extend({ version: z.literal(1) }).parse(value);
  return { ...others, version: 2, judges: judges.map((judge) => ({ ...judge, pair: withoutIdentical(judge.pair) })) };
}

function withoutIdentical(pair: PairFigures): PairFigures {
  const { rows, ties, identical } = pair;
  if (identical === 0) return pair;
  return { ...pair, rows: rows - identical, ties: ties - identical, winRate: null, lengthControlledWinRate: null };
}
