import { describe, expect, test } from "vitest";
import type { Phrase } from "../../records/system-message/phrase.ts";
import { judgePhrases } from "./judge-phrases.ts";
import { judgeTags } from "./judge-tags.ts";

const phrases: Phrase[] = [
  { tag: "Role", text: "You are one.", repairs: [] },
  { tag: "Task", text: "Do it.", repairs: [] },
  { tag: "Task", text: "Do it well.", repairs: [] },
];

describe("phrase by phrase", () => {
  test.each([
    ["1: Good\n2: Bad\n3: Good"],
    ["**1.** Good\n**2.** Bad\n**3.** Good"],
    ["1) good - because it fits\n2) BAD, it does not\n3) good"],
    ["Here are my verdicts.\nPhrase 1: Good\nPhrase 2: Bad\nPhrase 3: Good"],
    ["1. Role: Good\n2. Task: Bad\n3. Task: Good"],
    ["1: Good, 2: Bad, 3: Good"],
    ["1: Good; 2: Bad; 3: Good."],
    ["| 1 | Good |\n| 2 | Bad |\n| 3 | Good |"],
    ['{"verdicts": ["Good", "Bad", "Good"]}'],
    ['Sure:\n```json\n{"verdicts": ["Good", "Bad", "Good"]}\n```'],
  ])("%j is read", (reply) => {
    expect(judgePhrases.read(reply, phrases)).toEqual(["good", "bad", "good"]);
  });

  test.each([
    ["1: Not good\n2: Not good\n3: Not good"],
    ["1: Good or Bad\n2: Good or Bad\n3: Good or Bad"],
    ["1: Hardly good\n2: Less good\n3: Good enough? No, Bad"],
    ["1: Good\n1: Bad\n2: perhaps"],
    ["All good!"],
    [""],
    ['{"verdicts": ["Good"]}'],
  ])("%j is unparsed, never good", (reply) => {
    expect(judgePhrases.read(reply, phrases)).toEqual(["unparsed", "unparsed", "unparsed"]);
  });
});

test("a single phrase needs no number", () => {
  expect(judgePhrases.read("**Good.**", phrases.slice(0, 1))).toEqual(["good"]);
  expect(judgePhrases.read("Good.", phrases)).toEqual(["unparsed", "unparsed", "unparsed"]);
});

describe("tag by tag, as the paper", () => {
  test("one label for all phrases of a tag; a missing line is unparsed", () => {
    expect(judgeTags.read("Role: None\n**Task**: Good", phrases)).toEqual(["none", "good", "good"]);
    expect(judgeTags.read("Task: Bad", phrases)).toEqual(["unparsed", "bad", "bad"]);
  });

  test.each(["Role: Good, Bad or None", "Role: Good\nRole: Bad", "Role: not Good"])("%j is unparsed", (reply) => {
    expect(judgeTags.read(reply, phrases)[0]).toBe("unparsed");
  });
});
