import { diffArrays } from "diff";
import { html, type Markup } from "../report/page/markup.ts";

/** A text longer than this is cut: a report is looked at, and the whole text is in the dataset. */
const mostCharacters = 3_000;
/** Beyond this many differences two texts have little in common; finding them all would only cost time. */
const mostEdits = 2_000;
/** Texts that share less than this are not marked: everything would be. */
const leastCommon = 0.2;

export interface ComparedTexts {
  readonly original: Markup;
  readonly response: Markup;
  /** Whether the words that differ are marked. */
  readonly isMarked: boolean;
}

interface Piece {
  readonly text: string;
  readonly differs: boolean;
}

// Splits words in scripts that write no spaces, and no character from its accents.
const words = new Intl.Segmenter("en", { granularity: "word" });
const wordsOf = (text: string): string[] => Array.from(words.segment(text), ({ segment }) => segment);

/** A and A' with the words marked that only one of them has. */
export function compareTexts(original: string, response: string): ComparedTexts {
  const [a, b] = [cut(original, mostCharacters), cut(response, mostCharacters)];
  const changes = diffArrays(wordsOf(a.text), wordsOf(b.text), { maxEditLength: mostEdits }) ?? [];
  const common = changes.filter(({ added, removed }) => !added && !removed).reduce((sum, { value }) => sum + value.join("").length, 0);
  if (common < leastCommon * Math.max(a.text.length, b.text.length, 1))
    return { original: html`${a.text}${a.rest}`, response: html`${b.text}${b.rest}`, isMarked: false };
  const side = (other: "added" | "removed", own: "added" | "removed"): Piece[] =>
    joinAcrossSpaces(changes.filter((change) => !change[other]).map((change) => ({ text: change.value.join(""), differs: change[own] })));
  return {
    original: html`${side("added", "removed").map(({ text, differs }) => (differs ? html`<del>${text}</del>` : text))}${a.rest}`,
    response: html`${side("removed", "added").map(({ text, differs }) => (differs ? html`<ins>${text}</ins>` : text))}${b.rest}`,
    isMarked: true,
  };
}

/** Words that differ side by side are one mark, not one each with the space between them left out. */
function joinAcrossSpaces(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const [index, { text, differs }] of pieces.entries()) {
    const isBetween = text.trim() === "" && joined.at(-1)?.differs === true && pieces[index + 1]?.differs === true;
    const last = joined.at(-1);
    if (last !== undefined && last.differs === (differs || isBetween)) joined[joined.length - 1] = { ...last, text: last.text + text };
    else joined.push({ text, differs: differs || isBetween });
  }
  return joined;
}

/** The text's beginning, and how much is left out. */
export function cut(text: string, most: number): { readonly text: string; readonly rest: Markup | string } {
  if (text.length <= most) return { text, rest: "" };
  // Not in the middle of a character of two code units.
  const start = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  return { text: start, rest: html` <span class="rest">… ${(text.length - start.length).toLocaleString("en-US")} more characters</span>` };
}
