import { diffArrays } from "diff";
import { countWords } from "./word-hashes.ts";

export interface DiffPiece {
  readonly text: string;
  readonly kind: "same" | "removed" | "added";
}

/** Finding more differences than this takes long, and no reader would follow them. */
const mostEdits = 2_000;
/** If a smaller share of the shorter text is common to both, nearly everything would be marked. */
const leastInCommon = 0.1;
/** If fewer words than this stand between two changes, both texts have them by chance. */
const fewestWordsInCommon = 3;

// Splits words in scripts that write no spaces, and never a character from its accents.
const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/**
 * The words that were taken out of one text and put into it to make another. The pieces that are
 * not "added" make up `before`, and the pieces that are not "removed" make up `after`. Undefined
 * where the texts have too little in common to mark differences.
 */
export function wordDiff(before: string, after: string): readonly DiffPiece[] | undefined {
  const changes = diffArrays(segmentsOf(before), segmentsOf(after), { maxEditLength: mostEdits });
  if (changes === undefined) return undefined;
  const pieces = joinChanges(
    changes.map(({ value, added, removed }) => ({ text: value.join(""), kind: added ? "added" : removed ? "removed" : "same" })),
  );
  const common = pieces.reduce((sum, { kind, text }) => (kind === "same" ? sum + text.length : sum), 0);
  return common < leastInCommon * Math.min(before.length, after.length) ? undefined : pieces;
}

function segmentsOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Makes one change of two that have next to nothing between them. */
function joinChanges(pieces: readonly DiffPiece[]): DiffPiece[] {
  const found: DiffPiece[] = [];
  let removed = "";
  let added = "";
  const flush = (): void => {
    if (removed !== "") found.push({ text: removed, kind: "removed" });
    if (added !== "") found.push({ text: added, kind: "added" });
    removed = added = "";
  };
  pieces.forEach(({ text, kind }, index) => {
    const isBetweenChanges = removed + added !== "" && index + 1 < pieces.length;
    const isChance = kind === "same" && isBetweenChanges && countWords(text) < fewestWordsInCommon;
    if (kind === "removed" || isChance) removed += text;
    if (kind === "added" || isChance) added += text;
    if (kind !== "same" || isChance) return;
    flush();
    found.push({ text, kind });
  });
  flush();
  return found;
}
