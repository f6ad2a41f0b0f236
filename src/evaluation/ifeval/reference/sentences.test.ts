import { expect, test } from "vitest";
import { sentencesOf } from "./sentences.ts";

// What NLTK 3.10.4 makes of the same texts.
test.each([
  ["", []],
  ["  ", []],
  ["No stop", ["No stop"]],
  ["Mr. Li left. He was late.", ["Mr. Li left.", "He was late."]],
  ["It is 5 p.m. in the U.S. The sun sets.", ["It is 5 p.m. in the U.S.", "The sun sets."]],
  ["J. Bach wrote it, e.g. in 1720. 3. is odd.", ["J. Bach wrote it, e.g.", "in 1720.", "3. is odd."]],
  ['He said "Stop!" Then (she left.) So?! Yes', ['He said "Stop!"', "Then (she left.)", "So?!", "Yes"]],
  ["Wait... what? ok.ok", ["Wait... what?", "ok.ok"]],
  ["1. First\n2. Second\n\nEnd.", ["1.", "First\n2.", "Second\n\nEnd."]],
])("%j", (text, sentences) => {
  expect(sentencesOf(text)).toEqual(sentences);
});
