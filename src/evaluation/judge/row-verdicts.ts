import { z } from "zod";
import { judgeCalibration, judgePair, judgePhrases } from "./purposes.ts";

/**
 * Whose response is better by one reply. A is `original`, A' is `new`. `unparsed` means that no
 * reply could be read.
 */
const pairVerdicts = ["new", "original", "tie", "unparsed"] as const;

const phraseVerdicts = ["obeyed", "violated", "not-applicable", "unparsed"] as const;
export type PhraseVerdict = (typeof phraseVerdicts)[number];

/** The verdict on a pair that was shown in one order. */
const orderSchema = z.object({
  /** Which response was shown first. */
  first: z.enum(["original", "new"]),
  verdict: z.enum(pairVerdicts),
  /** What the judge said before its verdict. */
  reason: z.string(),
});

/**
 * The verdict on a pair of responses that was shown in both orders. `agreement` says how the orders
 * fit together. `consistent` is the same verdict in both. `tie-and-win` and `reversed` are
 * different verdicts, which make a tie. `identical` is a pair of responses with the same text,
 * which is a tie without asking. `unparsed` is a pair of which at least one order has no verdict.
 */
const pairSchema = z.object({
  verdict: z.enum(pairVerdicts),
  agreement: z.enum(["identical", "consistent", "tie-and-win", "reversed", "unparsed"]),
  orders: z.array(orderSchema),
});

const phraseSchema = z.object({
  tag: z.string(),
  text: z.string(),
  verdict: z.enum(phraseVerdicts),
  /**
   * Log-odds of obeyed over violated. Undefined when no answer could be read, and in files of
   * versions that asked about all phrases at once.
   */
  score: z.number().optional(),
  /** Probability that the phrase does not apply. Undefined as the score is. */
  notApplicable: z.number().optional(),
});

/**
 * A question that met an error. `failed` is the kind of the error, where `too-long` means that the
 * prompt does not fit the judge's context. The same command asks again.
 */
const failureSchema = z.object({ failed: z.string(), detail: z.string() });

const phrasesSchema = z.union([z.array(phraseSchema), failureSchema]).nullable();

/**
 * What one judge said of one row. A question that was not asked is null, because the system message
 * is hidden or judging ended before it.
 */
const judgedSchema = z.object({
  model: z.string(),
  pair: z.union([pairSchema, failureSchema]).nullable(),
  phrases: phrasesSchema,
  /** The same of phrases of another row's message. Null for a row outside the calibration. */
  foreign: phrasesSchema.default(null),
});

/** A line of judge-rows.jsonl. */
export const rowVerdictsSchema = z.object({
  id: z.string(),
  /** Lengths of the two responses, in UTF-16 code units. */
  lengths: z.object({ original: z.number(), new: z.number() }),
  /** Whether the judged response is new, or the original that was kept. Older files lack it. */
  origin: z.enum(["new", "original"]).optional(),
  /** In the order in which the judges were named. */
  judges: z.array(judgedSchema),
});

export type JudgedOrder = Readonly<z.infer<typeof orderSchema>>;
export type JudgedPair = Readonly<z.infer<typeof pairSchema>>;
export type ObeyedPhrase = Readonly<z.infer<typeof phraseSchema>>;
export type QuestionFailure = Readonly<z.infer<typeof failureSchema>>;
export type JudgedRow = Readonly<z.infer<typeof judgedSchema>>;
export type RowVerdicts = Readonly<z.infer<typeof rowVerdictsSchema>>;

/** The verdict on the pair. Undefined when the question was not asked or failed. */
export function pairOf(judged: JudgedRow | undefined): JudgedPair | undefined {
  return judged?.pair && !("failed" in judged.pair) ? judged.pair : undefined;
}

/** The verdicts on the phrases. Undefined when the question was not asked or failed. */
export function phrasesOf(judged: JudgedRow | undefined): readonly ObeyedPhrase[] | undefined {
  return judged?.phrases && !("failed" in judged.phrases) ? judged.phrases : undefined;
}

/** The verdicts on another row's phrases. Undefined when they were not asked about or failed. */
export function foreignOf(judged: JudgedRow | undefined): readonly ObeyedPhrase[] | undefined {
  return judged?.foreign && !("failed" in judged.foreign) ? judged.foreign : undefined;
}

/**
 * Whether the judge answered all questions of the mode. An answer that cannot be read is one too.
 */
export function isAnswered(judged: JudgedRow, mode: "system-shown" | "system-hidden"): boolean {
  const isComplete = pairOf(judged) !== undefined && (mode === "system-hidden" || phrasesOf(judged) !== undefined);
  return isComplete && failuresOf(judged).length === 0;
}

/** The questions that met an error, each with the name of its purpose. */
export function failuresOf({ pair, phrases, foreign }: JudgedRow): (QuestionFailure & { readonly phase: string })[] {
  return [
    ...(pair && "failed" in pair ? [{ ...pair, phase: judgePair.name }] : []),
    ...(phrases && "failed" in phrases ? [{ ...phrases, phase: judgePhrases.name }] : []),
    ...(foreign && "failed" in foreign ? [{ ...foreign, phase: judgeCalibration.name }] : []),
  ];
}
