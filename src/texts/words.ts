/*
 * What a word is, in every script: a run of letters, marks and digits. Combining marks belong to
 * their word, so that Hindi and pointed Arabic words stay whole. Each character of Han, Kana,
 * Hangul and Thai is a word of its own, because these scripts write words together or with
 * particles.
 * Words are compared in Unicode form NFKC and lower case.
 */

/** Characters that are words of their own. */
const alone = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const inWord = /[\p{L}\p{M}\p{N}]/u;

/** 0 outside words, 1 within a word, 2 for a character that is a word of its own. */
export type WordClass = 0 | 1 | 2;

/** Classes of the code points below 65,536. A regular expression for each character is too slow. */
let table: Uint8Array | undefined;
/** Classes of the other code points that were asked for. */
const classes = new Map<number, WordClass>();

function classify(codePoint: number): WordClass {
  const character = String.fromCodePoint(codePoint);
  if (!inWord.test(character)) return 0;
  return alone.test(character) ? 2 : 1;
}

/** The `WordClass` of a code point. */
export function classOf(codePoint: number): number {
  if (codePoint < 65_536) {
    table ??= Uint8Array.from({ length: 65_536 }, (_, code) => classify(code));
    return table[codePoint] ?? 0;
  }
  let found = classes.get(codePoint);
  if (found === undefined) classes.set(codePoint, (found = classify(codePoint)));
  return found;
}

const hangul = /\p{Script=Hangul}/u;
const thai = /\p{Script=Thai}/u;
const hangulOrThai = /[\p{Script=Hangul}\p{Script=Thai}]/u;

/** The weight of a word of a reader, in twelfths. */
export const wholeWord = 12;

/** Whether a text may have words that are less than a word of a reader. */
export function hasPartialWords(text: string): boolean {
  return hangulOrThai.test(text);
}

/**
 * How much of a reader's word a character is that is a word of its own, in twelfths. A Korean word
 * has about three syllables, so a syllable is 4 twelfths. A Thai word has about four characters, so
 * a character is 3 twelfths. A character of Han or Kana counts as a word.
 */
export function weightOf(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  return hangul.test(character) ? wholeWord / 3 : thai.test(character) ? wholeWord / 4 : wholeWord;
}

/** The text in Unicode form NFKC and lower case. */
export function plainText(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
