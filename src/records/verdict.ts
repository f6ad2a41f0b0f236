import type { Phrase } from "./system-message/phrase.ts";

/**
 * What the judge says of a phrase. `none` is the paper's label for a tag that is missing (section 3.3 of arXiv 2502.11330);
 * `unparsed` is ours: the judge's reply held no verdict for this phrase. It is never counted as good.
 */
export type Verdict = "good" | "bad" | "none" | "unparsed";

/** A phrase with what the judge said of it. */
export interface JudgedPhrase extends Phrase {
  readonly verdict: Verdict;
  /** The judge's probability for this verdict among those it could give, where the backend reads it. */
  readonly confidence?: number;
}
