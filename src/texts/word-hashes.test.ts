import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countWords, hashWords, wordHashes } from "./word-hashes.ts";
import { plainText } from "./words.ts";

/** The rule in two regular expressions, for any script. */
function expectedWords(text: string): string[] {
  const alone = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]`;
  const inWord = String.raw`[\p{L}\p{M}\p{N}]`;
  return plainText(text).match(new RegExp(`(?=${alone})${inWord}|(?:(?!${alone})${inWord})+`, "gu")) ?? [];
}

/** The hash of a text that is one word. */
function hashOf(word: string): number | undefined {
  const into = new Int32Array(word.length);
  hashWords(word, into);
  return into[0];
}

describe("words", () => {
  test.each([
    ["English", "Don't walk 10 miles, please", ["don", "t", "walk", "10", "miles", "please"]],
    ["Hindi, whose vowel signs and viramas are marks", "सूर्य पूर्व में उगता है।", ["सूर्य", "पूर्व", "में", "उगता", "है"]],
    ["pointed Arabic", "كَتَبَ الوَلَدُ", ["كَتَبَ", "الوَلَدُ"]],
    ["pointed Hebrew", "שָׁלוֹם עוֹלָם", ["שָׁלוֹם", "עוֹלָם"]],
    ["accents in either form", "café cafe\u0301", ["café", "café"]],
    ["Chinese, by character", "沿着河走", ["沿", "着", "河", "走"]],
    ["Japanese, by character", "カフェへ", ["カ", "フ", "ェ", "へ"]],
    ["Korean, by syllable", "수도는 어디", ["수", "도", "는", "어", "디"]],
    ["Thai, by character", "กำ", ["ก", "ํ", "า"]],
    ["full width as ASCII", "Ｗalk １０", ["walk", "10"]],
    ["none of emoji", "go 🚶 now 👍🏽 👨\u200d👩\u200d👧", ["go", "now"]],
    ["letters beyond the basic plane", "𐐀𐐁 𠀀𠀁", ["𐐨𐐩", "𠀀", "𠀁"]],
    ["none", "– … !", []],
  ])("of %s", (_, text, words) => {
    expect(expectedWords(text).map((word) => word.normalize("NFC"))).toEqual(words.map((word) => word.normalize("NFC")));
    expect([...wordHashes(text)]).toEqual(expectedWords(text).map(hashOf));
  });

  test("of any text are as the rule has them", () => {
    const character = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      fc.constantFrom("a", "É", "ि", "한", "ด", "一", "ا", "َ", "½", "İ", "👍", " ", "-", "\ud800"),
    );
    fc.assert(
      fc.property(fc.array(character, { maxLength: 40 }), (characters) => {
        const text = characters.join("");
        expect([...wordHashes(text)]).toEqual(expectedWords(text).map(hashOf));
        expect(countWords(text)).toBe(expectedWords(text).length);
      }),
      { numRuns: 1_000 },
    );
  });

  test("of ASCII are runs of letters and digits, and the same beside characters that are not ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 60 }), (text) => {
        const words = text.toLowerCase().match(/[a-z\d]+/g) ?? [];
        expect([...wordHashes(text)]).toEqual(words.map(hashOf));
        expect([...wordHashes(`${text} –`)]).toEqual(words.map(hashOf));
      }),
      { numRuns: 1_000 },
    );
  });
});
