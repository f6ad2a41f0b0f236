import { thousands } from "../../texts/number-text.ts";
import { wordDiff, type DiffPiece } from "../../texts/word-diff.ts";
import { html, type Markup } from "./markup.ts";

/** A longer text is cut. The whole text is in the dataset. */
const mostCharacters = 3_000;

export interface ComparedTexts {
  readonly original: Markup;
  readonly response: Markup;
  /** Whether the words that differ are marked. */
  readonly isMarked: boolean;
}

/** A and A', with the words marked that only one of them has. */
export function compareTexts(original: string, response: string): ComparedTexts {
  const [a, b] = [cut(original, mostCharacters), cut(response, mostCharacters)];
  const pieces = wordDiff(a.text, b.text);
  if (pieces === undefined) return { original: html`${a.text}${a.rest}`, response: html`${b.text}${b.rest}`, isMarked: false };
  return {
    original: html`${sideOf(pieces, "added")}${a.rest}`,
    response: html`${sideOf(pieces, "removed")}${b.rest}`,
    isMarked: true,
  };
}

function sideOf(pieces: readonly DiffPiece[], without: "added" | "removed"): (Markup | string)[] {
  return pieces
    .filter(({ kind }) => kind !== without)
    .map(({ text, kind }) => (kind === "same" ? text : kind === "removed" ? html`<del>${text}</del>` : html`<ins>${text}</ins>`));
}

/** The beginning of a text, and how many characters are left out. */
export function cut(text: string, most: number): { readonly text: string; readonly rest: Markup | string } {
  if (text.length <= most) return { text, rest: "" };
  // Not in the middle of a character of two code units.
  const start = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  return { text: start, rest: html` <span class="rest">… ${thousands(text.length - start.length)} more characters</span>` };
}
