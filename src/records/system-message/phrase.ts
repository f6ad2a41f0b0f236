/** The eight functionalities in the canonical order of phase 2 (arXiv 2502.11330, section 3.2). */
export const tags = ["Role", "Content", "Task", "Action", "Style", "Background", "Tool", "Format"] as const;
export type Tag = (typeof tags)[number];

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

const rank = new Map<Tag, number>(tags.map((tag, index) => [tag, index]));

/** The phrases in canonical order of their tags. Phrases of one tag keep their order. */
export function inCanonicalOrder<P extends Phrase>(phrases: readonly P[]): readonly P[] {
  // Most phrases are in order already, and sorting would copy the list.
  const isInOrder = phrases.every(({ tag }, index) => rankOf(tag) >= rankOf(phrases[index - 1]?.tag));
  return isInOrder ? phrases : phrases.toSorted((a, b) => rankOf(a.tag) - rankOf(b.tag));
}

function rankOf(tag: Tag | undefined): number {
  return tag === undefined ? -1 : (rank.get(tag) ?? 0);
}
