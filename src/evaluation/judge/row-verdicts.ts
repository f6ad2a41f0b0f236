import { z } from "zod";
import { judgePair, judgePhrases } from "./purposes.ts";
import { tags } from "../../records/system-message/phrase.ts";

/** Whose the better response is, as one reply has it: A is `original`, A' is `new`. `unparsed`: no reply could be read. */
export const pairVerdicts = ["new", "original", "tie", "unparsed"] as const;
export type PairVerdict = (typeof pairVerdicts)[number];

export const phraseVerdicts = ["obeyed", "violated", "not-applicable", "unparsed"] as const;
export type PhraseVerdict = (typeof phraseVerdicts)[number];

/** What one order of showing a pair brought. */
const orderSchema = z.object({
  /** Which response was shown first. */
  first: z.enum(["original", "new"]),
  verdict: z.enum(pairVerdicts),
  /** What the judge said before its verdict. */
  reason: z.string(),
});

/**
 * A pair of responses, shown in both orders. `agreement` says how the orders fit: `identical`: the responses are the same text, a tie that
 * nobody was asked about; `consistent`: one verdict; `tie-and-win`, `reversed`: two, which is a tie; `unparsed`: at least one order has none.
 */
const pairSchema = z.object({
  verdict: z.enum(pairVerdicts),
  agreement: z.enum(["identical", "consistent", "tie-and-win", "reversed", "unparsed"]),
  orders: z.array(orderSchema),
});

const phraseSchema = z.object({ tag: z.enum(tags), text: z.string(), verdict: z.enum(phraseVerdicts), reason: z.string() });

/** The question met an error: its kind (`too-long`: the prompt does not fit the judge's context). The same command asks again. */
const failureSchema = z.object({ failed: z.string(), detail: z.string() });

/** What one judge said of one row. A question is null when it was not asked: the system message is hidden, or judging ended before it. */
const judgedSchema = z.object({
  model: z.string(),
  pair: z.union([pairSchema, failureSchema]).nullable(),
  phrases: z.union([z.array(phraseSchema), failureSchema]).nullable(),
});

/** A line of judge-rows.jsonl. */
export const rowVerdictsSchema = z.object({
  id: z.string(),
  /** Of the two responses, in UTF-16 code units. */
  lengths: z.object({ original: z.number(), new: z.number() }),
  /** In the order in which they were named. */
  judges: z.array(judgedSchema),
});

export type JudgedOrder = Readonly<z.infer<typeof orderSchema>>;
export type JudgedPair = Readonly<z.infer<typeof pairSchema>>;
export type ObeyedPhrase = Readonly<z.infer<typeof phraseSchema>>;
export type QuestionFailure = Readonly<z.infer<typeof failureSchema>>;
export type JudgedRow = Readonly<z.infer<typeof judgedSchema>>;
export type RowVerdicts = Readonly<z.infer<typeof rowVerdictsSchema>>;

/** The verdict on the pair; undefined when it was not asked for or the question failed. */
export function pairOf(judged: JudgedRow | undefined): JudgedPair | undefined {
  return judged?.pair && !("failed" in judged.pair) ? judged.pair : undefined;
}

/** The verdicts on the phrases; undefined when they were not asked for or the question failed. */
export function phrasesOf(judged: JudgedRow | undefined): readonly ObeyedPhrase[] | undefined {
  return judged?.phrases && !("failed" in judged.phrases) ? judged.phrases : undefined;
}

/** Whether all that the judge was to say of the row is there, readable or not. */
export function isAnswered(judged: JudgedRow, mode: "system-shown" | "system-hidden"): boolean {
  return pairOf(judged) !== undefined && (mode === "system-hidden" || phrasesOf(judged) !== undefined);
}

/** The questions that met an error. */
export function failuresOf({ pair, phrases }: JudgedRow): (QuestionFailure & { readonly phase: string })[] {
  return [
    ...(pair && "failed" in pair ? [{ ...pair, phase: judgePair.name }] : []),
    ...(phrases && "failed" in phrases ? [{ ...phrases, phase: judgePhrases.name }] : []),
  ];
}
