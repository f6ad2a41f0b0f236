/*
 * Texts as Python's `str` and `re` see them. The checkers of the reference are Python, and its
 * classes of characters differ from those of JavaScript. `\s` holds U+001C to U+001F and U+0085 but
 * not U+FEFF, `\w` holds all letters and numbers but no marks, and a line ends at "\n" alone.
 */

/** Members of the class of whitespace, to stand between brackets of a pattern with the flag `u`. */
export const space = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
/** Members of `\w`. */
export const word = String.raw`\p{L}\p{N}_`;
/** `\b`, where one side is a character of `\w` and the other is not. */
export const wordEdge = `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`;
/** `^` under `re.MULTILINE`. */
export const lineStart = String.raw`(?<![^\n])`;

/**
 * What NLTK from 3.10 on takes for `\s` and `\w`. It matches by the package `regex`, whose words
 * hold marks, as Hindi's vowels are, and no fractions or circled numbers. Older versions of NLTK
 * count more words in such texts.
 */
export const nltkSpace = String.raw`\t-\r\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
export const nltkWord = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}`;

const outerSpace = new RegExp(`^[${space}]+|[${space}]+$`, "gu");
const endSpace = new RegExp(`[${space}]+$`, "u");
const spaces = new RegExp(`[${space}]+`, "u");
const words = new RegExp(`[${nltkWord}]+`, "gu");

/** `str.strip()`. */
export function strip(text: string): string {
  return text.replace(outerSpace, "");
}

/** `str.rstrip()`. */
export function stripEnd(text: string): string {
  return text.replace(endSpace, "");
}

/** `str.split()`. */
export function splitAtSpaces(text: string): string[] {
  return strip(text).split(spaces);
}

/** How many words NLTK counts. */
export function countWords(text: string): number {
  return countOf(text, words);
}

/** How often a pattern with the flag `g` matches. */
export function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** `str.isupper()`. At least one capital letter, and none that is small or a titlecase digraph. */
export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

/** `str.islower()`. */
export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}
