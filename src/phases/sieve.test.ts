import { expect, test } from "vitest";
import type { Example } from "../records/example.ts";
import { languageDetector } from "../texts/language.ts";
import { copiesOf } from "./phrase-checks/copies-demonstration.ts";
import { wishedBy } from "./phrase-checks/wished.ts";
import { builtInDemonstrations } from "./prompts/generate-prompts.ts";
import { Sieve, type SieveKnowledge, type Sifted } from "./sieve.ts";

const known: SieveKnowledge = {
  tags: standardTags,
  language: undefined,
  copies: copiesOf(builtInDemonstrations),
  wished: wishedBy(undefined),
};
import { standardTags } from "../records/system-message/tag-set.ts";

const detector = await languageDetector();

/** What is left of the phrases, as tasks of a row whose user writes German. */
function siftGerman(...phrases: string[]): Sifted & { readonly fault: string | undefined } {
  const example: Example = { id: "1", line: 1, messages: [{ role: "user", content: "Wie backe ich Brot?" }], columns: {} };
  const sieve = new Sieve(
    example,
    { repair: true, checkContent: true },
    { ...known, language: { language: { code: "de", name: "German" }, detector } },
  );
  const generated = { tagged: phrases.map((phrase) => `<<Task>>${phrase}<</Task>>`).join(" "), cutShort: false };
  return { ...sieve.sift(generated), fault: sieve.faultOf(generated) };
}

const german = ["Du bist ein geduldiger Bäcker.", "Erkläre, wie lange der Teig ruhen muss."] as const;
const english = "Explain how long the dough has to rest.";

test("a phrase in another language than the row's goes", () => {
  const { phrases, faults, fault } = siftGerman(...german, english);
  expect(phrases.map(({ text }) => text)).toEqual(german);
  expect(faults).toEqual([{ reason: "other-language", text: english }]);
  expect(fault).toBeUndefined();
});

test("a message in another language stays, and is a reason to ask again", () => {
  const { phrases, faults, fault } = siftGerman(english);
  expect(phrases.map(({ text }) => text)).toEqual([english]);
  expect(faults).toEqual([]);
  expect(fault).toContain("other-language");
});

test("a message that is mostly in another language loses that part, and is a reason to ask again", () => {
  const { phrases, fault } = siftGerman(german[0], english, "Write the recipe in short numbered steps.");
  expect(phrases.map(({ text }) => text)).toEqual([german[0]]);
  expect(fault).toContain("other-language");
});

test("what is good for any row goes if two other phrases are left", () => {
  const empty = "Sei hilfreich.";
  expect(siftGerman(...german, empty).faults).toEqual([{ reason: "fits-any-row", text: empty }]);
  expect(siftGerman(german[0], empty).phrases).toHaveLength(2);
});

test("what the operator wishes is good for any row, and no copy of a demonstration that says it too", () => {
  const row: Example = { id: "1", line: 1, messages: [{ role: "user", content: "How do I bake bread?" }], columns: {} };
  const [empty, copied, ...others] = [
    "Be helpful, accurate and honest.",
    "You index contracts for an archive.",
    "Name the flour.",
    "Ask for the oven.",
  ];
  const generated = { tagged: [empty, copied, ...others].map((text) => `<<Task>>${text}<</Task>>`).join(" "), cutShort: false };
  const reasons = (guidance: string | undefined): string[] =>
    new Sieve(row, { repair: true, checkContent: true }, { ...known, wished: wishedBy(guidance) })
      .sift(generated)
      .faults.map(({ reason }) => reason);
  expect(reasons(undefined)).toEqual(["copies-demonstration", "fits-any-row"]);
  expect(reasons("Messages say: be helpful, accurate and honest!")).toEqual(["copies-demonstration"]);
  expect(reasons("You index contracts for an archive. Be helpful, accurate and honest.")).toEqual([]);
  // Fewer words than make a sequence are one together.
  expect(reasons("Be nice.")).toEqual(["copies-demonstration", "fits-any-row"]);
});

test("only the prompt's own demonstrations can be copied", () => {
  const row: Example = { id: "1", line: 1, messages: [{ role: "user", content: "How do I bake bread?" }], columns: {} };
  const texts = ["You index contracts for an archive.", "You knead the dough of the old mill."];
  const generated = { tagged: texts.map((text) => `<<Role>>${text}<</Role>>`).join(" "), cutShort: false };
  const own = copiesOf([{ language: undefined, instruction: "?", response: "!", phrases: [["Role", texts[1] ?? ""]] }]);
  const { faults } = new Sieve(row, { repair: true, checkContent: true }, { ...known, copies: own }).sift(generated);
  expect(faults).toEqual([{ reason: "copies-demonstration", text: texts[1] }]);
});

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
  const sieve = new Sieve(example, { repair: true, checkContent: true }, known);
  return sieve.sift({ tagged: `<<Task>>${phrase}<</Task>>`, cutShort: false }).faults.map(({ reason }) => reason);
}

test.each([
  ["English", "the sun rises in the east each day and sets in the west"],
  ["Hindi", "सूर्य हर दिन पूर्व दिशा में उगता है और फिर पश्चिम में डूबता है"],
  ["Arabic with vowel marks", "تُشْرِقُ الشَّمْسُ كُلَّ يَوْمٍ مِنَ الشَّرْقِ ثُمَّ تَغْرُبُ بَعْدَ ذٰلِكَ فِي الغَرْبِ دَائِمًا"],
])("a phrase copies the response if they share ten words in a row: %s", (_, text) => {
  const words = text.split(" ");
  expect(reasonsFor(`Start: ${words.slice(0, 10).join(" ")} etc.`, text)).toEqual(["copies-response"]);
  expect(reasonsFor(`Start: ${words.slice(0, 9).join(" ")} etc.`, text)).toEqual([]);
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

test.each([
  ["copies-demonstration", "Sound reassuring and never alarming."],
  ["tag-debris", "Be brief. >><<Style"],
  ["cut-off", "List fruits, such as"],
  ["runs-on", "word ".repeat(60)],
  ["reveals-answer", "The answer is 108."],
])("%s: %s", (reason, phrase) => {
  expect(reasonsFor(phrase, "It is 12.")).toEqual([reason]);
});

test("a number that only the response has is a result, unless it may be a count", () => {
  expect(reasonsFor("Arrive at a distance of 460 km.", "240 and 220 km make 460 km.")).toEqual(["reveals-answer"]);
  expect(reasonsFor("Give 10 tips.", "1. Rest. 10. Walk.")).toEqual([]);
  expect(reasonsFor("Use at most 80 words.", "240 and 220 km make 460 km.")).toEqual([]);
});

test("an answer in words and one in a column are secrets of the row, and what the user says is none", () => {
  const reasons = (phrase: string, user: string, response: string, columns: Example["columns"] = {}): string[] => {
    const messages = [
      { role: "user", content: user },
      { role: "assistant", content: response },
    ] as const;
    const sieve = new Sieve({ id: "1", line: 1, messages, columns }, { repair: true, checkContent: true }, known);
    return sieve.sift({ tagged: `<<Task>>${phrase}<</Task>>`, cutShort: false }).faults.map(({ reason }) => reason);
  };
  const phrase = "Name Canberra as the seat of government.";
  expect(reasons(phrase, "Which city is the capital of Australia?", "Canberra")).toEqual(["reveals-answer"]);
  expect(reasons(phrase, "Is it Sydney or Canberra?", "Canberra")).toEqual([]);
  const total = "Lead the user to 17 clips.";
  expect(reasons(total, "How many clips?", "Add them all up.", { expected_answer: "17" })).toEqual(["reveals-answer"]);
  expect(reasons(total, "How many clips?", "Add them all up.", { target: "17" })).toEqual([]);
});
