import { z } from "zod";
import { count, counts, tag } from "./counts.ts";
import { maybeSummary } from "./summary.ts";

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
export const messageFigures = z.object({
  /**
   * All tags of the run in canonical order, also those that do not occur, then tags that only
   * another version of sysgen knows.
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

export type MessageFigures = Readonly<z.infer<typeof messageFigures>>;
export type TagFigures = Readonly<z.infer<typeof tagFigures>>;
export type VerdictCounts = Readonly<z.infer<typeof verdicts>>;
