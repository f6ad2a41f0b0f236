import { expect, test } from "vitest";
import type { Example } from "../records/example.ts";
import { Sieve } from "./sieve.ts";

function reasonsFor(phrase: string, response: string): string[] {
  const example: Example = {
    id: "1",
    line: 1,
    messages: [
      { role: "user", content: "?" },
      { role: "assistant", content: response },
    ],
    columns: {},
  };
  const sieve = new Sieve(example, { repair: true, checkContent: true });
  return sieve.sift({ tagged: `<<Task>>${phrase}<</Task>>`, cutShort: false }).faults.map(({ reason }) => reason);
}

test.each([
  ["English", "the sun rises in the east each day and sets in the west"],
  ["Hindi", "सूर्य हर दिन पूर्व दिशा में उगता है और फिर पश्चिम में डूबता है"],
  ["Arabic with vowel marks", "تُشْرِقُ الشَّمْسُ كُلَّ يَوْمٍ مِنَ الشَّرْقِ ثُمَّ تَغْرُبُ بَعْدَ ذٰلِكَ فِي الغَرْبِ دَائِمًا"],
])("a phrase copies the response if they share ten words in a row: %s", (_, text) => {
  const words = text.split(" ");
  expect(reasonsFor(`Start: ${words.slice(0, 10).join(" ")}`, text)).toEqual(["copies-response"]);
  expect(reasonsFor(`Start: ${words.slice(0, 9).join(" ")}`, text)).toEqual([]);
});

test.each([
  ["Hindi", "सूर्य हर दिन पूर्व दिशा में उगता", "सूर्य हर दिन पूर्व दिशा में उगता है और फिर पश्चिम में डूबता है"],
  ["Korean", "해는 날마다 동쪽에서 떠서 서쪽 하늘로 진다", "해는 날마다 동쪽에서 떠서 서쪽 하늘로 진다고 할머니께서 말씀하셨습니다"],
  [
    "Korean, decomposed",
    "해는 날마다 동쪽에서 떠서 서쪽 하늘로 진다".normalize("NFD"),
    "해는 날마다 동쪽에서 떠서 서쪽 하늘로 진다고 한다",
  ],
  ["Thai", "พระอาทิตย์ขึ้นทางทิศตะวันออก", "พระอาทิตย์ขึ้นทางทิศตะวันออกทุกวันและตกทางทิศตะวันตก"],
])("seven shared words are no copy: %s", (_, phrase, response) => {
  expect(reasonsFor(phrase, response)).toEqual([]);
});

test("a long copy in Korean or Thai is one", () => {
  const korean = "해는 날마다 동쪽에서 떠서 서쪽 하늘로 진다고 할머니께서 어린 손자에게 여러 번 말씀하셨습니다";
  expect(reasonsFor(korean, korean)).toEqual(["copies-response"]);
  const thai = "พระอาทิตย์ขึ้นทางทิศตะวันออกทุกวันและตกทางทิศตะวันตกเสมอ";
  expect(reasonsFor(thai, thai)).toEqual(["copies-response"]);
});

test("polite endings of Korean sentences do not make a phrase repeat itself", () => {
  expect(reasonsFor("천천히 설명해 주세요. 예를 들어 주세요. 짧게 써 주세요. 다시 확인해 주세요.", "네.")).toEqual([]);
});
