import { diffWordsWithSpace } from "diff";

export interface Piece {
  readonly text: string;
  readonly kind: "same" | "removed" | "added";
}

/** A diff that takes longer says nothing that a person would read. */
const mostMs = 600;
/** With a smaller share in common, all of both texts would be marked, and nothing said by it. */
const leastInCommon = 0.1;
/** Fewer words in common between two changes are chance, and would tear the changes to pieces. */
const fewestInCommon = 3;

/** What was taken out of one text and put in, word by word, to become another; undefined where they have too little in common to say. */
export function wordDiff(before: string, after: string): readonly Piece[] | undefined {
  const changes = diffWordsWithSpace(before, after, { timeout: mostMs });
  if (changes === undefined) return undefined;
  const pieces = joined(
    changes.map(({ value, added, removed }) => ({ text: value, kind: added ? "added" : removed ? "removed" : "same" })),
  );
  const common = pieces.reduce((sum, { kind, text }) => (kind === "same" ? sum + text.length : sum), 0);
  return common < leastInCommon * Math.min(before.length, after.length) ? undefined : pieces;
}

/** Changes with next to nothing between them, as one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const found: Piece[] = [];
  let removed = "";
  let added = "";
  const flush = (): void => {
    if (removed !== "") found.push({ text: removed, kind: "removed" });
    if (added !== "") found.push({ text: added, kind: "added" });
    removed = added = "";
  };
  pieces.forEach(({ text, kind }, index) => {
    const isChance = removed + added !== "" && index + 1 < pieces.length && wordsIn(text) < fewestInCommon;
    if (kind === "removed" || (kind === "same" && isChance)) removed += text;
    if (kind === "added" || (kind === "same" && isChance)) added += text;
    if (kind !== "same" || isChance) return;
    flush();
    found.push({ text, kind });
  });
  flush();
  return found;
}

function wordsIn(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}
