import { z } from "zod";
import { phaseNames } from "../records/outcome.ts";

/*
 * `report.json`: what a run came to, for people and programs. `sysgen analyze` writes it, the report page and the viewer show it; docs/analysis.md
 * defines every figure and names its source. Rules that hold everywhere:
 * - a share is a number from 0 to 1; counts are whole numbers; floating-point numbers are rounded to 6 digits that count;
 * - A is the reference (the input's response), A' the prediction (the run's);
 * - a field is null where there is nothing to tell (no value, not asked for), never 0 or NaN.
 * `version` goes up when a field goes or changes its meaning, not when one is added: readers skip what they do not know.
 */
export const reportVersion = 1;
/** File names in the run directory, or in `--out`. */
export const reportFileNames = { json: "report.json", markdown: "report.md", html: "report.html" } as const;

const count = z.int().nonnegative();
/** A tag of phase 2, or one that only another version of sysgen knows. */
const tag = z.string();
/** Name -> how many, most frequent first. */
const counts = z.record(z.string(), count);

/** A distribution. Quantiles are exact up to 2,000 values; of more, within 0.5% of the value. */
const summary = z.object({
  /** Values; where one is there for each response, a row of several turns has several. */
  n: count,
  mean: z.number(),
  /** 95% bootstrap interval of the mean, resampled by row and seeded; null for fewer than two rows. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** Standard deviation of the sample (n - 1); 0 for one value. */
  sd: z.number(),
  min: z.number(),
  p05: z.number(),
  p25: z.number(),
  median: z.number(),
  p75: z.number(),
  p95: z.number(),
  max: z.number(),
  /** Values in [edges[i], edges[i + 1]), the last bin with its end; lower ones are in the first bin, higher ones in the last. */
  histogram: z.object({
    edges: z.array(z.number()),
    counts: z.array(count),
    /** How an axis over the edges is best drawn. */
    scale: z.enum(["linear", "log"]),
  }),
});
const maybeSummary = summary.nullable();

/** Rows on their road. `in` = `done` + `dropped` + `failed`. */
const rowFlow = z.object({
  in: count,
  done: count,
  dropped: count,
  failed: count,
  /** Rows that came to each phase and rows that left it for the next one, in the phases' order; `in` of the first is what could be read. */
  phases: z.array(z.object({ phase: z.string(), in: count, out: count })),
  /** Rows that are not in the dataset, most frequent first. */
  reasons: z.array(z.object({ outcome: z.enum(["dropped", "failed"]), phase: z.string(), reason: z.string(), rows: count })),
});

/**
 * The judge's labels on phrases (phase 3). `none` is the paper's label for a missing tag. `unparsed` is
 * not counted as good. Further keys are labels that only another version of sysgen knows.
 */
const verdicts = z.object({ good: count, bad: count, none: count, unparsed: count }).catchall(count);

const tagFigures = z.object({
  tag,
  /** Phrases with the tag in the dataset's system messages. */
  phrases: count,
  /** Rows of the dataset with at least one, and their share of all rows of the dataset. */
  rows: count,
  share: z.number(),
  /** Of all phrases that came to the judge: those of the dataset and those that it removed, of dropped rows too. */
  verdicts,
  /** Words a phrase of the dataset. */
  words: maybeSummary,
});

/** The system messages of the dataset, and what it took to get there. */
const messageFigures = z.object({
  /** All eight tags in canonical order, also those that do not occur, then tags that only another version of sysgen knows. */
  tags: z.array(tagFigures),
  verdicts,
  phrasesPerRow: maybeSummary,
  /** Different tags a row. */
  tagsPerRow: maybeSummary,
  /** Words and characters of a system message. */
  words: maybeSummary,
  characters: maybeSummary,
  /** Tags mended, by kind: stray-space, case, plural, brackets, double-slash, unclosed. */
  repairs: counts,
  /** Pieces that the filter removed, by reason, of dropped rows too. */
  faults: counts,
  /** What gates found in new responses. A response that was asked for again is counted each time. Rows that a gate dropped are in `reasons` (gate-<name>). */
  gates: z.array(z.object({ gate: z.string(), action: z.string(), count })),
});

/**
 * One metric of A' (prediction) against A (reference). `tokenizer`: `rouge` is Google's rouge_score (ASCII letters and digits alone, so
 * text of other scripts has no tokens), `13a` is sacrebleu's default, `unicode` is sysgen's own (letters, marks and digits of every script,
 * CJK by character): comparable between sysgen's reports only. `characters` is chrF's.
 */
const scoreFigures = z.object({
  /** rouge1, rouge2, rougeL, bleu, gleu, chrf, similarity. */
  metric: z.string(),
  /** For people: `ROUGE-1 F1`. */
  label: z.string(),
  tokenizer: z.enum(["rouge", "13a", "unicode", "characters", "model"]),
  /** Largest value: 1, or 100 for BLEU and chrF. */
  most: z.number(),
  /** Over the responses: sentence BLEU (exponential smoothing, effective order), sentence GLEU, F1 of ROUGE. */
  summary: maybeSummary,
  /** Over the whole set, where the metric is defined so: corpus BLEU and corpus GLEU; null otherwise. */
  corpus: z.number().nullable(),
  /** ROUGE: means of precision and recall. */
  precision: z.number().nullable(),
  recall: z.number().nullable(),
});

/** Length of A' to that of A. */
const lengthFigures = z.object({
  unit: z.enum(["characters", "words", "tokens"]),
  /** Whose tokens; null for characters and words (words are the Unicode tokenizer's). */
  tokenizer: z.string().nullable(),
  original: maybeSummary,
  response: maybeSummary,
  /** Mean length of A' over mean length of A, as in the paper; with its bootstrap interval. Null when A is empty everywhere. */
  ratioOfMeans: z.number().nullable(),
  ratioInterval: z.tuple([z.number(), z.number()]).nullable(),
  /** A' / A of each response; those without a length in A are left out. */
  ratio: maybeSummary,
});

/** Responses with a kind of Markdown structure. The four counts add up to `responses` of the comparison. */
const formatFigures = z.object({
  form: z.enum(["list", "heading", "code", "table"]),
  label: z.string(),
  both: count,
  onlyOriginal: count,
  onlyResponse: count,
  neither: count,
});

/** A against A'. Responses that were not written anew would be overlaps of 1 and are left out: `keptOriginal` and `untouched` count them. */
const comparison = z.object({
  rows: count,
  /** Responses compared. */
  responses: count,
  /** Responses that a gate made the original again. */
  keptOriginal: count,
  /** Earlier turns that `respond.turns: last` leaves as they are. */
  untouched: count,
  /** Compared responses that came out equal to the original. */
  identical: count,
  scores: z.array(scoreFigures),
  lengths: z.array(lengthFigures),
  formats: z.array(formatFigures),
});

/** How different the system messages of the dataset are from each other, and what leaks into them. */
const diversity = z.object({
  messages: count,
  /** Unique n-grams of words over all n-grams (Li et al. 2016). */
  distinct: z.array(
    z.object({
      n: z.union([z.literal(1), z.literal(2), z.literal(3)]),
      /** Over all messages; it falls with their number. Counted exactly up to 10,000 unique n-grams, then within about 1% (HyperLogLog). */
      all: z.number(),
      /** Mean over blocks of 1,000 messages in input order, 10 of them at most: comparable between runs. Null below 1,000 messages. */
      perThousand: z.number().nullable(),
    }),
  ),
  /** Bytes of messages over their bytes under gzip (Shaib et al. 2024), over the same blocks, or over all messages where there is none: higher is more repetitive. */
  compressionRatio: z.number().nullable(),
  /** Messages that are almost the same (MinHash-LSH, Jaccard of word 3-grams from about 0.8). Null in sections by source. */
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
  /** Longest run of words of a row's original responses in its system message that the instructions do not hold. */
  copiedFromResponse: z.object({
    words: maybeSummary,
    /** Rows with such a run of at least `atLeastWords`. */
    atLeastWords: count,
    rows: count,
    share: z.number(),
    longest: z.object({ id: z.string(), words: count, text: z.string() }).nullable(),
  }),
  /** Text of the prompt's few-shot demonstrations in system messages. */
  demonstrations: z.object({
    /** Phrases that are one of theirs, word by word. */
    phrases: count,
    /** Rows with such a phrase, or with a run of at least `atLeastWords` words of theirs. */
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
  /** The conversation's turns with A and A'; `response` is null where a row was dropped or the turn not written anew. */
  turns: z.array(z.object({ instruction: z.string(), original: z.string(), response: z.string().nullable() })),
  gates: z.array(z.object({ gate: z.string(), turn: count, detail: z.string(), action: z.string() })),
});
const example = shownRow.extend({
  kind: z.enum(["best", "worst", "dropped"]),
  /** Why it is shown, for people. */
  because: z.string(),
  /** Of best and worst: what they are sorted by, from 0 to 1 (docs/analysis.md). It is a way to look at the ends of a run, no measure of quality. */
  soundness: z.number().nullable(),
  rougeL: z.number().nullable(),
  /** Of dropped rows. */
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
    /** `running` when it was read while a process was at work: the figures are of the rows until then. */
    state: z.enum(["running", "finished", "interrupted", "stopped", "broken-off"]),
    /** The input's file name or hub reference. */
    input: z.string(),
    format: z.string(),
    model: z.string(),
    judgeModel: z.string(),
    /** Version of sysgen that made the run; null where run.json does not say. */
    version: z.string().nullable(),
    /** When the journal was made and when the last result was written, by the file system, ISO 8601; null where unknown. */
    startedAt: z.string().nullable(),
    changedAt: z.string().nullable(),
    /** Calls and tokens paid in the life of the run directory. */
    calls: z.array(z.object({ phase: z.enum(phaseNames), calls: count, inputTokens: count, outputTokens: count })),
    /** Settings that decide the rows' content, as run.json has them. */
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
  /** Seed of the bootstrap, and of what is drawn. */
  seed: count,
  /** Draws of the bootstrap. */
  bootstrapDraws: count,
  /** What a row's source is: the input's files, a column, or null where the run has but one. */
  sourceFrom: z.string().nullable(),
  overall: section,
  /** By source, most rows first; beyond 30 the rest together as "(others)". Empty where there is one source. */
  bySource: z.array(section.extend({ source: z.string() })),
  /** Rows of the dataset whose system message has the tag. */
  byTag: z.array(z.object({ tag, rows: count, phrasesPerRow: maybeSummary, responses: comparison })),
  /** By response of the conversation, from 1; the last holds all from there on when `andLater`. */
  byTurn: z.array(z.object({ turn: z.int().positive(), andLater: z.boolean(), responses: comparison })),
  /** 20 rows: best, worst, and dropped ones of different reasons. */
  examples: z.array(example),
  /** Remarks on the figures, as sentences for people: what was left out, estimated or is not comparable. */
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
