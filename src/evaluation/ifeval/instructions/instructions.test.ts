import { describe, expect, test } from "vitest";
import { instructionKinds, type InstructionId } from "./index.ts";

function follows(id: InstructionId, settings: unknown, response: string): boolean {
  return instructionKinds[id].of(id, settings).follows(response);
}

describe("counts", () => {
  test.each<[InstructionId, object, string, boolean]>([
    ["keywords:existence", { keywords: ["bake"] }, "Some BAKED goods.", true],
    ["keywords:existence", { keywords: ["a.b"] }, "axb", false],
    ["keywords:existence", { keywords: ["idea"] }, "An İdea.", true],
    ["keywords:frequency", { keyword: " an ", frequency: 2, relation: "at least" }, "An ant.", true],
    ["keywords:frequency", { keyword: "an", frequency: 2, relation: "less than" }, "An ant.", false],
    ["keywords:forbidden_words", { forbidden_words: ["rock"] }, "Rocky rocks.", true],
    ["keywords:forbidden_words", { forbidden_words: ["rock"] }, "A ROCK.", false],
    ["keywords:forbidden_words", { forbidden_words: ["rock"] }, "ärock", true],
    ["keywords:letter_frequency", { letter: "Q", let_frequency: 2, let_relation: "at least" }, "qQ", true],
    ["keywords:letter_frequency", { letter: "#", let_frequency: 2, let_relation: "at least" }, "#a #b", true],
    ["length_constraints:number_words", { num_words: 3, relation: "at least" }, "well-known it's", true],
    ["length_constraints:number_words", { num_words: 3, relation: "less than" }, "हिन्दी में", true],
    ["length_constraints:number_sentences", { num_sentences: 2, relation: "less than" }, "Dr. Li of U.S. Steel left.", true],
    ["detectable_content:number_placeholders", { num_placeholders: 2 }, "[a] [b\nc]", false],
    ["detectable_format:number_bullet_lists", { num_bullets: 3 }, "* a\n\n  * b\n---\n**c**", true],
    ["detectable_format:number_highlighted_sections", { num_highlights: 3 }, "*a* **b** ** **", false],
    ["detectable_format:number_highlighted_sections", { num_highlights: 2 }, "*a* **b** ** **", true],
    ["detectable_format:number_highlighted_sections", { num_highlights: 1 }, "**** * *", false],
    ["detectable_format:multiple_sections", { section_spliter: "Day", num_sections: 2 }, "Day 1\na\nDay2", true],
    ["change_case:capital_word_frequency", { capital_frequency: 4, capital_relation: "at least" }, "I DON'T SEE-IT.", true],
    ["change_case:capital_word_frequency", { capital_frequency: 5, capital_relation: "at least" }, "I DON'T SEE-IT.", false],
  ])("%s %j of %j is %s", (id, settings, response, expected) => {
    expect(follows(id, settings, response)).toBe(expected);
  });
});

describe("forms", () => {
  test.each<[InstructionId, object, string, boolean]>([
    ["combination:repeat_prompt", { prompt_to_repeat: "Write. " }, "\n write. Fine", true],
    ["combination:repeat_prompt", { prompt_to_repeat: "Write." }, "Sure. Write.", false],
    ["combination:two_responses", {}, "******\na\n******\nb", true],
    ["combination:two_responses", {}, "a ****** a", false],
    ["combination:two_responses", {}, "a ******\n****** b", false],
    ["detectable_content:postscript", { postscript_marker: "P.S." }, "p. s. x", true],
    ["detectable_content:postscript", { postscript_marker: "P.P.S" }, "P.S. x", false],
    ["detectable_content:postscript", { postscript_marker: "N.B." }, "n.b. x", true],
    ["detectable_format:constrained_response", {}, "Well: My answer is no. Bye", true],
    ["detectable_format:constrained_response", {}, "my answer is no.", false],
    ["detectable_format:json_format", {}, '```json\n{"a": [NaN, -Infinity]}\n```', true],
    ["detectable_format:json_format", {}, '{"NaN": "Infinity"}', true],
    ["detectable_format:json_format", {}, '{"a": 1,}', false],
    ["detectable_format:json_format", {}, "\ufeff{}", false],
    ["detectable_format:title", {}, "<<a>>", true],
    ["detectable_format:title", {}, "<< >>", false],
    ["length_constraints:number_paragraphs", { num_paragraphs: 2 }, "*** a ***\nb\n***", true],
    ["length_constraints:number_paragraphs", { num_paragraphs: 2 }, "a *** *** b", false],
    ["length_constraints:nth_paragraph_first_word", { num_paragraphs: 2, nth_paragraph: 2, first_word: "It" }, "a\n\n'IT's b", true],
    ["length_constraints:nth_paragraph_first_word", { num_paragraphs: 2, nth_paragraph: 2, first_word: "it" }, "a\n\n\n\nit", false],
    ["punctuation:no_comma", {}, "a، b", true],
    ["startend:end_checker", { end_phrase: "The End. " }, '"x the end."\n', true],
    ["startend:end_checker", { end_phrase: "The end." }, "the end. Bye", false],
    ["startend:quotation", {}, ' "a" ', true],
    ["startend:quotation", {}, '"', false],
  ])("%s %j of %j is %s", (id, settings, response, expected) => {
    expect(follows(id, settings, response)).toBe(expected);
  });
});

describe("languages", () => {
  test.each<[InstructionId, object, string, boolean]>([
    ["language:response_language", { language: "de" }, "Der Hund liegt im Garten und schläft den ganzen Tag.", true],
    ["language:response_language", { language: "sw" }, "Habari za asubuhi, rafiki yangu. Leo tunakwenda sokoni.", true],
    ["language:response_language", { language: "ne" }, "नेपालको राजधानी काठमाडौं हो र यहाँ धेरै मानिसहरू बस्छन्।", true],
    ["language:response_language", { language: "hi" }, "The dog sleeps in the garden all day.", false],
    ["language:response_language", { language: "hi" }, "42", true],
    ["change_case:english_lowercase", {}, "the dog sleeps in the garden all day.", true],
    ["change_case:english_lowercase", {}, "der hund liegt im garten und schläft.", false],
    ["change_case:english_lowercase", {}, "The dog sleeps in the garden all day.", false],
    ["change_case:english_capital", {}, "I AM A TEACHER AND I TEACH A CLASS OF THIRTY TWO. WHAT A JOY IT IS TO SEE THEM THINK.", true],
    // The beginnings of its words are more like German. The reference says so too.
    ["change_case:english_capital", {}, "THE DOG SLEEPS IN THE GARDEN AND DOES NOT WAKE UP FOR ANYTHING.", false],
    ["change_case:english_capital", {}, "THE DOG SLEEPS in THE GARDEN.", false],
    ["change_case:english_capital", {}, "42", false],
  ])("%s %j of %j is %s", (id, settings, response, expected) => {
    expect(follows(id, settings, response)).toBe(expected);
  });
});
