import type { Phrase, Tag } from "./system-message/phrase.ts";

/**
 * What the judge says about a phrase. `none` is the paper's label for a missing tag (section 3.3 of
 * arXiv 2502.11330). `unparsed` is not in the paper. It means that the judge's reply held no
 * verdict for this phrase, and never counts as good. `weak` is not in the paper either. It means
 * that the phrase is below the judge's line, and stays because it is among the best of its message.
 */
export type Verdict = "good" | "weak" | "bad" | "none" | "unparsed";

/** A phrase and the judge's verdict on it. */
export interface JudgedPhrase extends Phrase {
  readonly verdict: Verdict;
  /**
   * How far the judge's log-odds that the phrase fits lie above the line of the run's calibration.
   * Negative below it. Undefined if there is no calibrated verdict.
   */
  readonly score?: number;
  /** What in the row speaks against the phrase, whatever the judge says. */
  readonly against?: string;
  /** The tag that the phrase was written with, if the judge found that it serves another. */
  readonly writtenAs?: Tag;
}
