import { z } from "zod";
import { tags } from "../../records/system-message/phrase.ts";

const count = z.int().min(0);

/** A figure with its 95% percentile bootstrap interval over rows; null where no row counts toward it. */
export const estimateSchema = z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable();
export type Estimate = Readonly<z.infer<typeof estimateSchema>>;

/** Question 1: which response is better, A (`original`) or A' (`new`). */
export const pairFiguresSchema = z.object({
  /** Rows that have a verdict: wins + ties + losses. */
  rows: count,
  /** Of A'. */
  wins: count,
  ties: count,
  losses: count,
  /** Ties among them because the orders disagreed; `reversed` of them named opposite winners, the others a winner and a tie. */
  inconsistent: count,
  reversed: count,
  /** Ties among them because both responses are the same text: nobody was asked. */
  identical: count,
  /** Rows that have none: at least one order's replies could not be read. */
  unparsed: count,
  /** (wins + ties / 2) / rows */
  winRate: estimateSchema,
  /** Verdicts of single replies by the place of the winner. */
  slots: z.object({ first: count, second: count, tie: count }),
  /** first / (first + second): 0.5 without a preference for a place. */
  firstSlotRate: estimateSchema,
  /** Sum of the lengths of A' by that of A, and the median of the rows' ratios. */
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
  /** obeyed / (obeyed + violated) */
  obeyedRate: estimateSchema,
});
export type Obedience = Readonly<z.infer<typeof obedienceSchema>>;

/** Question 2: whether A' obeys each phrase of the system message. */
export const phraseFiguresSchema = z.object({
  /** Rows that were asked about and answered. */
  rows: count,
  all: obedienceSchema,
  /** Tags that occur. */
  tags: z.partialRecord(z.enum(tags), obedienceSchema),
});
export type PhraseFigures = Readonly<z.infer<typeof phraseFiguresSchema>>;

const judgeSchema = z.object({
  model: z.string(),
  /** It wrote the responses that it judges, which judges tend to prefer. */
  isGenerator: z.boolean(),
  /** drawn = judged + failed + left. `failed` rows met an error in a question and are asked again by the same command; `left` were not come to. */
  rows: z.object({ judged: count, failed: count, left: count }),
  /** Failed questions by the kind of the error. */
  failures: z.record(z.string(), count),
  pair: pairFiguresSchema,
  /** Null when the system message is hidden. */
  phrases: phraseFiguresSchema.nullable(),
  /** Of all replies behind this, whenever they were paid. */
  tokens: z.object({ calls: count, inputTokens: count, outputTokens: count }),
});
export type JudgeFigures = Readonly<z.infer<typeof judgeSchema>>;

/** Of two judges: the share of items on which they agree, and Cohen's kappa; null where chance alone agrees always. */
const agreementSchema = z.object({ items: count, agreement: estimateSchema, kappa: estimateSchema });
export type Agreement = Readonly<z.infer<typeof agreementSchema>>;

/** judge.json (the system message in sight) and judge-hidden.json (hidden, as in the paper). */
export const judgeResultSchema = z.object({
  version: z.literal(1),
  mode: z.enum(["system-shown", "system-hidden"]),
  state: z.enum(["finished", "interrupted", "stopped"]),
  /** Why it stopped by itself, as a sentence. */
  stoppedBy: z.string().optional(),
  /** Who wrote the responses. */
  generator: z.string(),
  /** Rows drawn out of the done ones, by the seed; all when there are fewer. */
  sample: z.object({ done: count, wanted: count, drawn: count, seed: z.int() }),
  bootstrap: z.object({ draws: count, confidence: z.literal(0.95) }),
  /** Of the prompts, as run.json has those of the phases. */
  prompts: z.object({ pair: z.string(), phrases: z.string().nullable() }),
  /** One, or two. */
  judges: z.array(judgeSchema).min(1),
  /** Null with one judge. */
  agreement: z.object({ pair: agreementSchema, phrases: agreementSchema.nullable() }).nullable(),
});
export type JudgeResult = Readonly<z.infer<typeof judgeResultSchema>>;
