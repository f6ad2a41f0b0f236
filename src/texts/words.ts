import { mix } from "../statistics/mix.ts";

/** A character of a script written without spaces, where each character is a word of its own. */
const alone = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const inWord = /[\p{L}\p{M}\p{N}]/u;

const classes = new Map<number, 0 | 1 | 2>();
/** Classes of the code points below 65,536, worked out at first use: regular expressions on each character would take most of the time. */
let table: Uint8Array | undefined;

function classify(codePoint: number): 0 | 1 | 2 {
  const character = String.fromCodePoint(codePoint);
  if (!inWord.test(character)) return 0;
  return alone.test(character) ? 2 : 1;
}

/** 0 outside words, 1 within a word, 2 for a character that is a word of its own. */
export function classOf(codePoint: number): number {
  if (codePoint < 65_536) {
    table ??= Uint8Array.from({ length: 65_536 }, (_, code) => classify(code));
    return table[codePoint] ?? 0;
  }
  let found = classes.get(codePoint);
  if (found === undefined) classes.set(codePoint, (found = classify(codePoint)));
  return found;
}

/** The text in Unicode form NFKC and lower case: what words are compared in. */
export function plainText(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/**
 * Hashes of the words of a plain text into `into`, as signed 32-bit numbers; returns how many, at most the text's length. A word is a
 * run of letters, marks and digits; each Han, Kana, Hangul or Thai character is one word.
 */
export function hashWords(plain: string, into: Int32Array): number {
  let count = 0;
  let hash = 0;
  let length = 0;
  const end = (): void => {
    if (length > 0) into[count++] = mix(hash ^ length);
    hash = 0;
    length = 0;
  };
  for (let at = 0; at < plain.length; at++) {
    let code = plain.charCodeAt(at);
    if (code >= 0xd800 && code < 0xdc00) {
      code = plain.codePointAt(at) ?? code;
      if (code > 0xffff) at++;
    }
    const kind = classOf(code);
    if (kind !== 1) end();
    if (kind === 0) continue;
    hash = Math.imul(hash ^ code, 0x01000193) + 0x9e3779b9;
    length++;
    if (kind === 2) end();
  }
  end();
  return count;
}

/** How many words a text has. */
export function countWords(text: string): number {
  const plain = plainText(text);
  return hashWords(plain, new Int32Array(plain.length));
}
