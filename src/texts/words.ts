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

const hangulOrThai = /[\p{Script=Hangul}\p{Script=Thai}]/u;

/**
 * How many words of this rule make up about one word of a reader. It is 3 for a text that is mostly
 * in Hangul, where a word has about three syllables, and 4 for one that is mostly in Thai. Else it
 * is 1. Rules that count shared or repeated words multiply with it, so that 10 shared words mean
 * about the same in all scripts.
 */
export function charactersPerWord(text: string): 1 | 3 | 4 {
  if (!hangulOrThai.test(text)) return 1;
  const plain = plainText(text);
  const letters = plain.match(/[\p{L}\p{M}\p{N}]/gu)?.length ?? 0;
  const mostly = (script: RegExp): boolean => 2 * (plain.match(script)?.length ?? 0) > letters;
  return mostly(/\p{Script=Hangul}/gu) ? 3 : mostly(/\p{Script=Thai}/gu) ? 4 : 1;
}

/** The text in Unicode form NFKC and lower case. */
export function plainText(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
