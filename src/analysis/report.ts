import { z } from "zod";
import { calibrationSchema } from "../phases/calibration.ts";

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

const count = z.int().nonnegative();
/** A tag of phase 2, or one that only another version of sysgen knows. */
const tag = z.string();
/** How many there are, by name, most frequent first. */
const counts = z.record(z.string(), count);

/**
 * A distribution. Quantiles of up to 2,000 values are exact. Quantiles of more are within 0.5% of
 * the value.
 */
const summary = z.object({
  /**
   * How many values there are. A row of several turns has several values where each response has
   * one.
   */
  n: count,
  mean: z.number(),
  /**
   * 95% bootstrap interval of the mean, resampled by row and seeded. Null for fewer than two rows.
   */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** Standard deviation of the sample (n - 1). 0 for one value. */
  sd: z.number(),
  min: z.number(),
  p05: z.number(),
  p25: z.number(),
  median: z.number(),
  p75: z.number(),
  p95: z.number(),
  max: z.number(),
  /**
   * Counts of values in [edges[i], edges[i + 1]). The last bin holds its end too. Lower values are
   * in the first bin, higher values in the last.
   */
  histogram: z.object({
    edges: z.array(z.number()),
    counts: z.array(count),
    /** How an axis over the edges is best drawn. */
    scale: z.enum(["linear", "log"]),
  }),
});
const maybeSummary = summary.nullable();

/** Rows on their way through the phases. `in` = `done` + `dropped` + `failed`. */
const rowFlow = z.object({
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

/**
 * The judge's labels on phrases (phase 3). `weak` is below the judge's line and stays as one of the
 * best of its message. `none` is the paper's label for a missing tag. `unparsed` is not counted as
 * good. Further keys are labels that only another version of sysgen knows.
 */
const verdicts = z.object({ good: count, weak: count.default(0), bad: count, none: count, unparsed: count }).catchall(count);

const tagFigures = z.object({
  tag,
  /** Phrases with the tag in the dataset's system messages. */
  phrases: count,
  /** Rows of the dataset with at least one, and their share of all rows of the dataset. */
  rows: count,
  share: z.number(),
  /**
   * Of all phrases that came to the judge, whether they are in the dataset, were removed, or are of
   * dropped rows.
   */
  verdicts,
  /** Words of a phrase of the dataset. */
  words: maybeSummary,
});

/** The system messages of the dataset, and what was removed and mended to make them. */
const messageFigures = z.object({
  /**
   * All eight tags in canonical order, also those that do not occur, then tags that only another
   * version of sysgen knows.
   */
  tags: z.array(tagFigures),
  verdicts,
  /**
   * How far the judge's log-odds of phrases lie above its line, over all phrases that have such a
   * score. Null if no verdict was calibrated.
   */
  scores: maybeSummary.default(null),
  /** Phrases that got the tag of the functionality that they serve, by the tag they had before. */
  retagged: z.array(z.object({ from: tag, to: tag, count })).default([]),
  /** Rows whose message was written again, because it looked like another row's to the judge. */
  writtenAgain: count.default(0),
  phrasesPerRow: maybeSummary,
  /** Different tags of a row. */
  tagsPerRow: maybeSummary,
  /** Words and characters of a system message. */
  words: maybeSummary,
  characters: maybeSummary,
  /**
   * How many tags were mended, by kind (stray-space, case, plural, brackets, double-slash,
   * unclosed, retagged).
   */
  repairs: counts,
  /** Pieces that the filter removed, by reason, of dropped rows too. */
  faults: counts,
  /**
   * What gates found in new responses. A response that was asked for again is counted each time.
   * Rows that a gate dropped are in `reasons` (gate-<name>).
   */
  gates: z.array(z.object({ gate: z.string(), action: z.string(), count })),
  /**
   * Rows by their final answers. They were compared with A's, found wrong (and asked for again, or
   * A was kept), or could not be compared. All are 0 if the run did not look at answers.
   */
  answers: z.object({ checked: count, wrong: count, notChecked: count }).default({ checked: 0, wrong: 0, notChecked: 0 }),
});

/**
 * One metric of A' (prediction) against A (reference). `tokenizer` is one of these:
 * - `rouge` is Google's rouge_score. It takes ASCII letters and digits alone, so text of other
 *   scripts has no tokens.
 * - `13a` is sacrebleu's default.
 * - `unicode` is sysgen's own. It takes letters, marks and digits of every script, and CJK by
 *   character. Its figures are comparable between sysgen's reports only.
 * - `characters` is chrF's.
 */
const scoreFigures = z.object({
  /** rouge1, rouge2, rougeL, bleu, gleu, chrf, similarity. */
  metric: z.string(),
  /** A name for people, such as `ROUGE-1 F1`. */
  label: z.string(),
  tokenizer: z.enum(["rouge", "13a", "unicode", "characters", "model"]),
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
const comparison = z.object({
  rows: count,
  /** Responses compared. */
  responses: count,
  /** Responses that a gate made the original again. */
  keptOriginal: count,
  /** Earlier turns that `respond.turns: last` leaves as they are. */
  untouched: count,
  /** Compared responses that are equal to the original. */
  identical: count,
  scores: z.array(scoreFigures),
  lengths: z.array(lengthFigures),
  formats: z.array(formatFigures),
});

/** How different the dataset's system messages are from each other, and what leaks into them. */
const diversity = z.object({
  messages: count,
  /**
   * Messages that differ in their words, case and punctuation aside. Counted exactly up to 10,000,
   * and within about 1% for more (HyperLogLog). Older reports do not have it.
   */
  differentMessages: count.optional(),
  /** Unique n-grams of words over all n-grams (Li et al. 2016). */
  distinct: z.array(
    z.object({
      n: z.union([z.literal(1), z.literal(2), z.literal(3)]),
      /**
       * Over all messages. It falls with their number. Counted exactly up to 10,000 unique n-grams,
       * and within about 1% for more (HyperLogLog).
       */
      all: z.number(),
      /**
       * Mean over blocks of 1,000 messages in input order, at most 10 blocks, and so comparable
       * between runs. Null below 1,000 messages.
       */
      perThousand: z.number().nullable(),
    }),
  ),
  /**
   * Bytes of messages over their bytes under gzip (Shaib et al. 2024). Over the same blocks, or
   * over all messages if there is no block. Higher is more repetitive.
   */
  compressionRatio: z.number().nullable(),
  /**
   * Messages that are almost the same (MinHash-LSH, Jaccard of word 3-grams from about 0.8). Null
   * in sections by source.
   */
  nearDuplicates: z
    .object({
      /** Groups of at least two messages, messages in them, and the size of the largest. */
      clusters: count,
      messages: count,
      share: z.number(),
      largest: count,
      /** The largest clusters, each with its first message. */
      examples: z.array(z.object({ size: count, text: z.string() })),
    })
    .nullable(),
  tagCombinations: z.object({
    /** Different sets of tags. */
    different: count,
    /** Shannon entropy of the sets, in bits. */
    entropyBits: z.number(),
    /** The 20 most frequent. */
    top: z.array(z.object({ tags: z.array(tag), rows: count, share: z.number() })),
  }),
  /**
   * The longest sequence of words of a row's original responses in its system message, but for
   * words that the instructions hold.
   */
  copiedFromResponse: z.object({
    words: maybeSummary,
    /**
     * Rows with such a sequence of at least `atLeastWords` words, and their share of the dataset.
     */
    atLeastWords: count,
    rows: count,
    share: z.number(),
    longest: z.object({ id: z.string(), words: count, text: z.string() }).nullable(),
  }),
  /** Text of the prompt's few-shot demonstrations in system messages. */
  demonstrations: z.object({
    /** Phrases that are a phrase of the demonstrations, word by word. */
    phrases: count,
    /**
     * Rows with such a phrase, or with at least `atLeastWords` words in a row of a demonstration's
     * phrase.
     */
    atLeastWords: count,
    rows: count,
    share: z.number(),
    /** The demonstrations' phrases that occur most. */
    top: z.array(z.object({ text: z.string(), phrases: count })),
  }),
});

const section = z.object({ rows: rowFlow, messages: messageFigures, responses: comparison, diversity });

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
   * The conversation's turns with A and A'. `response` is null if the row was dropped or the turn
   * was not written anew.
   */
  turns: z.array(z.object({ instruction: z.string(), original: z.string(), response: z.string().nullable() })),
  gates: z.array(z.object({ gate: z.string(), turn: count, detail: z.string(), action: z.string() })),
});
const example = shownRow.extend({
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

export const reportSchema = z.object({
  version: z.literal(reportVersion),
  /** ISO 8601, UTC. */
  madeAt: z.string(),
  sysgenVersion: z.string(),
  run: z.object({
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
  }),
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
export type Summary = Readonly<z.infer<typeof summary>>;
export type RowFlow = Readonly<z.infer<typeof rowFlow>>;
export type MessageFigures = Readonly<z.infer<typeof messageFigures>>;
export type TagFigures = Readonly<z.infer<typeof tagFigures>>;
export type Comparison = Readonly<z.infer<typeof comparison>>;
export type ScoreFigures = Readonly<z.infer<typeof scoreFigures>>;
export type LengthFigures = Readonly<z.infer<typeof lengthFigures>>;
export type FormatFigures = Readonly<z.infer<typeof formatFigures>>;
export type Diversity = Readonly<z.infer<typeof diversity>>;
export type ReportExample = Readonly<z.infer<typeof example>>;
export type VerdictCounts = Readonly<z.infer<typeof verdicts>>;
