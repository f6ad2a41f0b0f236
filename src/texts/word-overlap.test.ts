import { describe, expect, test } from "vitest";
import { weighedWords } from "./word-hashes.ts";
import { repeatsItself, sharesWordSequence } from "./word-overlap.ts";

test("words in a row that two texts share, case and punctuation aside", () => {
  const text = "First walk along the River until the mill stands there";
  expect(sharesWordSequence("Walk along the river, until the mill.", text, 6)).toBe(true);
  expect(sharesWordSequence("Walk along the river.", "Walk along a river.", 4)).toBe(false);
  expect(sharesWordSequence("walk along the river", "walk along the river", 5)).toBe(false);
});

/** Each pair of texts shares seven words of the splitter in a row, and no more. */
describe("seven words are seven words in every script, and in Korean and Thai as many as a reader counts", () => {
  test.each([
    ["English", "Say that the sun rises in the east each day.", "Know: the sun rises in the east each morning.", 7],
    ["Hindi", "बताओ कि सूर्य पूर्व दिशा में उगता है और रोशनी देता है।", "सूर्य पूर्व दिशा में उगता है और पश्चिम में डूबता है।", 7],
    ["Arabic with vowel marks", "قُلْ إِنَّ الشَّمْسَ دَائِمًا تُشْرِقُ مِنَ الشَّرْقِ كُلَّ يَوْمٍ", "نَعَمْ إِنَّ الشَّمْسَ دَائِمًا تُشْرِقُ مِنَ الشَّرْقِ كُلَّ صَبَاحٍ", 7],
    ["Chinese, a character each", "请说太阳从东方升起吧", "每天太阳从东方升起哦", 7],
    ["Korean, three syllables each", "달은 동쪽에서 떠올라", "해는 동쪽에서 떠올라", 2],
    ["Thai, four characters each", "พระจันทร์กับฟ้า", "วันจันทร์กลาง", 1],
    [
      "Korean and English, mixed",
      "꼭 질문에 짧게 답하세요. Prefer the standard library now.",
      "참고: 질문에 짧게 답하세요. Prefer the standard library!",
      7,
    ],
    ["English with curly quotes", "Say “the sun rises in the east now” here.", "Know ‘the sun rises in the east now’ each day.", 7],
  ])("%s", (_, phrase, response, shared) => {
    const lengths = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(lengths.filter((length) => sharesWordSequence(phrase, response, length))).toEqual(lengths.slice(0, shared));
  });
});

test("sequences that a third text holds too do not count", () => {
  const text = "the sum of two even numbers";
  expect(sharesWordSequence(text, text, 4, "What is the sum of two even numbers?")).toBe(false);
  expect(sharesWordSequence(text, text, 4, "What is the sum of two?")).toBe(true);
});

test("a phrase that goes round in circles", () => {
  const repeats = (text: string): boolean => repeatsItself(weighedWords(text));
  expect(repeats("You can use it. You can use it. You can use it.")).toBe(true);
  expect(repeats("You can use it. You can use that. You may use it well.")).toBe(false);
  expect(repeats("हिंदी हिंदी")).toBe(false);
});
