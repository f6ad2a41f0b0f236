/** The eight functionalities in the canonical order of phase 2 (arXiv 2502.11330, section 3.2). */
export const tags = ["Role", "Content", "Task", "Action", "Style", "Background", "Tool", "Format"] as const;
export type StandardTag = (typeof tags)[number];
/** The name of a functionality. It is one of the eight, or one of the user's own (`TagSet`). */
export type Tag = string;

/**
 * What was mended in a phrase. Faults of its marks have only one reading. `retagged` means that the
 * judge found that the phrase clearly serves another functionality than its tag says.
 */
export type Repair = "stray-space" | "case" | "plural" | "brackets" | "double-slash" | "unclosed" | "decoration" | "retagged";

/** A tagged phrase. It has one functionality, and its text is a single line. */
export interface Phrase {
  readonly tag: Tag;
  readonly text: string;
  readonly repairs: readonly Repair[];
}

/** Why the filter removed a piece of a tagged system message. */
export type FaultReason =
  | "mismatched-close"
  | "unclosed"
  | "unknown-tag"
  | "untagged-text"
  | "malformed-name"
  | "empty-phrase"
  | "duplicate"
  | "tag-debris"
  | "runs-on"
  | "cut-off"
  | "repeats-itself"
  | "copies-demonstration"
  | "copies-response"
  | "reveals-answer"
  | "other-language"
  | "fits-any-row";

/** A removed piece and its reason. `text` is the piece as written, cut at 300 characters. */
export interface Fault {
  readonly reason: FaultReason;
  readonly text: string;
}

/**
 * The phrases in canonical order of their tags. Phrases of one tag keep their order.
 * @param order The canonical order. Default the paper's.
 */
export function inCanonicalOrder<P extends Phrase>(phrases: readonly P[], order: readonly Tag[] = tags): readonly P[] {
  const rankOf = ({ tag }: P): number => tagRank(tag, order);
  // Most phrases are in order already, and sorting would copy the list.
  const isInOrder = phrases.every((phrase, index) => {
    const before = phrases[index - 1];
    return before === undefined || rankOf(phrase) >= rankOf(before);
  });
  return isInOrder ? phrases : phrases.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** The place of a tag in an order. A tag that only another version or run knows comes after all. */
export function tagRank(tag: string, order: readonly Tag[]): number {
  const rank = order.indexOf(tag);
  return rank === -1 ? order.length : rank;
}
