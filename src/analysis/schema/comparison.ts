import { z } from "zod";
import { count } from "./counts.ts";
import { maybeSummary } from "./summary.ts";

/**
 * One metric of A' (prediction) against A (reference). `tokenizer` is one of these:
 * - `rouge` is Google's rouge_score. It takes ASCII letters and digits alone, so text of other
 *   scripts has no tokens.
 * - `13a` is sacrebleu's default.
 * - `unicode` is sysgen's own. It takes letters, marks and digits of every script, and CJK by
 *   character. Its figures are comparable between sysgen's reports only.
 * - `characters` is chrF's.
 * - `own` is a metric of the user's own.
 */
const scoreFigures = z.object({
  /** rouge1, rouge2, rougeL, bleu, gleu, chrf, similarity. */
  metric: z.string(),
  /** A name for people, such as `ROUGE-1 F1`. */
  label: z.string(),
  tokenizer: z.enum(["rouge", "13a", "unicode", "characters", "model", "own"]),
  /** The largest value, which is 100 for BLEU and chrF, and 1 for the others. */
  most: z.number(),
  /**
   * Over the responses, one score each. That is sentence BLEU (exponential smoothing, effective
   * order), sentence GLEU, or the F1 of ROUGE.
   */
  summary: maybeSummary,
  /** Over the whole set, for corpus BLEU and corpus GLEU. Null for other metrics. */
  corpus: z.number().nullable(),
  /** Means of precision and recall, for ROUGE. */
  precision: z.number().nullable(),
  recall: z.number().nullable(),
});

/** The length of A' against the length of A. */
const lengthFigures = z.object({
  unit: z.enum(["characters", "words", "tokens"]),
  /**
   * The name of the tokenizer. Null for characters and for words, which are the Unicode
   * tokenizer's.
   */
  tokenizer: z.string().nullable(),
  original: maybeSummary,
  response: maybeSummary,
  /** Mean length of A' over mean length of A, as in the paper. Null if A is empty everywhere. */
  ratioOfMeans: z.number().nullable(),
  ratioInterval: z.tuple([z.number(), z.number()]).nullable(),
  /**
   * The length of A' over the length of A, by response. Responses whose A is empty are left out.
   */
  ratio: maybeSummary,
});

/**
 * Responses with a kind of Markdown structure. The four counts add up to `responses` of the
 * comparison.
 */
const formatFigures = z.object({
  form: z.enum(["list", "heading", "code", "table"]),
  label: z.string(),
  both: count,
  onlyOriginal: count,
  onlyResponse: count,
  neither: count,
});

/**
 * A against A'. Responses that were not written anew are left out, since each would be an overlap
 * of 1. `keptOriginal` and `untouched` count them.
 */
export const comparison = z.object({
  rows: count,
  /** Responses compared. */
  responses: count,
  /** Responses that a gate made the original again. */
  keptOriginal: count,
  /**
   * Responses that were not to be written anew. These are earlier turns under
   * `respond.turns: last`, calls of tools and masked turns.
   */
  untouched: count,
  /** Compared responses that are equal to the original. */
  identical: count,
  scores: z.array(scoreFigures),
  lengths: z.array(lengthFigures),
  formats: z.array(formatFigures),
});

export type Comparison = Readonly<z.infer<typeof comparison>>;
export type ScoreFigures = Readonly<z.infer<typeof scoreFigures>>;
export type LengthFigures = Readonly<z.infer<typeof lengthFigures>>;
export type FormatFigures = Readonly<z.infer<typeof formatFigures>>;
