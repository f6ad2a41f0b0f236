import type { Phrase } from "./system-message/phrase.ts";

/**
 * What the judge says about a phrase. `none` is the paper's label for a missing tag (section 3.3 of
 * arXiv 2502.11330). `unparsed` is not in the paper. It means that the judge's reply held no
 * verdict for this phrase, and never counts as good.
 */
export type Verdict = "good" | "bad" | "none" | "unparsed";

/** A phrase and the judge's verdict on it. */
export interface JudgedPhrase extends Phrase {
  readonly verdict: Verdict;
  /**
   * The judge's probability for this verdict among the possible ones. Set if the backend reads it.
   */
  readonly confidence?: number;
}
