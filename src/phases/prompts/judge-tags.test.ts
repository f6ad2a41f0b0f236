import { describe, expect, test } from "vitest";
import type { Phrase } from "../../records/system-message/phrase.ts";
import { judgeTags } from "./judge-tags.ts";
import { standardTags } from "../../records/system-message/tag-set.ts";

const phrases: Phrase[] = [
  { tag: "Role", text: "You are one.", repairs: [] },
  { tag: "Task", text: "Do it.", repairs: [] },
  { tag: "Task", text: "Do it well.", repairs: [] },
];

describe("tag by tag, as the paper", () => {
  test("one label for all phrases of a tag; a missing line is unparsed", () => {
    expect(judgeTags.read("Role: None\n**Task**: Good", phrases, standardTags)).toEqual(["none", "good", "good"]);
    expect(judgeTags.read("Task: Bad", phrases, standardTags)).toEqual(["unparsed", "bad", "bad"]);
  });

  test.each(["Role: Good, Bad or None", "Role: Good\nRole: Bad", "Role: not Good", "Role: Good? No, Bad", "Role: Goodness"])(
    "%j is unparsed",
    (reply) => {
      expect(judgeTags.read(reply, phrases, standardTags)[0]).toBe("unparsed");
    },
  );

  const [role, task] = phrases as [Phrase, Phrase];
  const three: Phrase[] = [role, task, { tag: "Style", text: "Be brief.", repairs: [] }];
  test.each([
    ["numbers from 0", "0: Good\n1: Bad\n2: Good"],
    ["numbers from 1", "1: Good\n2: Bad\n3: Good"],
    ["numbers from 5", "5. Good\n6. Bad\n7. Good"],
    ["brackets and reasons", "1) good - because it is one\n2) bad - because it is wrong\n3) good - it is"],
    ["bare lines", "Good\nBad\nGood"],
    ["bare lines, bold and with bullets", "- **Good**\n- **Bad**\n- **Good**"],
    ["tags", "Role: Good\nTask: Bad\nStyle: Good"],
    ["tags as they are marked", "<<Role>>: Good\n<<Task>>: Bad\n<<Style>>: Good"],
    ["an echo of the phrase", "1. Role: You are one. - Good\n2. Task: Do it. - Bad\n3. Style: Be brief. - Good"],
    ["an echo without the tag", "You are one. - Good\nDo it. - Bad\nBe brief. - Good"],
    ["an echo with brackets", "Role: You are one. (Good)\nTask: Do it. (Bad)\nStyle: Be brief. (Good)"],
    ["a list in JSON", '["Good", "Bad", "Good"]'],
    [
      "objects in JSON",
      '```json\n[{"phrase": 1, "verdict": "Good"}, {"phrase": 2, "verdict": "Bad"}, {"phrase": 3, "verdict": "Good"}]\n```',
    ],
    ["objects that count from 0", '[{"id": 0, "label": "Good"}, {"id": 1, "label": "Bad"}, {"id": 2, "label": "Good"}]'],
    [
      "objects with tags",
      '{"verdicts": [{"tag": "Style", "verdict": "Good"}, {"tag": "Task", "verdict": "Bad"}, {"tag": "Role", "verdict": "Good"}]}',
    ],
    ["an object by tag", '{"Role": "Good", "Task": "Bad", "Style": "Good", "Tool": "None"}'],
    [
      "an object by tag with reasons",
      '{"Role": {"verdict": "Good", "reason": "so"}, "Task": {"verdict": "Bad"}, "Style": {"verdict": "Good"}}',
    ],
    ["a table", "| Functionality | Verdict |\n|---|---|\n| Role | Good |\n| Task | Bad |\n| Style | Good |"],
    [
      "a numbered table",
      "| # | Phrase | Verdict |\n|--|--|--|\n| 1 | You are one. | Good |\n| 2 | Do it. | Bad |\n| 3 | Be brief. | Good |",
    ],
    ["yes and no", "1. Yes\n2. No\n3. Yes"],
    ["emojis", "Role: ✅\nTask: ❌\nStyle: ✅"],
    [
      "a verdict on a line of its own",
      "1. Role: You are one.\nVerdict: Good\n2. Task: Do it.\nVerdict: Bad\n3. Style: Be brief.\nVerdict: Good",
    ],
    ["a preamble", "Here are my verdicts for the good message:\n\nRole: Good\nTask: Bad\nStyle: Good\n\nOverall the message is good."],
    ["all eight without tags", "Good\nNone\nBad\nNone\nGood\nNone\nNone\nNone"],
  ])("%s are read", (_name, reply) => {
    expect(judgeTags.read(reply, three, standardTags)).toEqual(["good", "bad", "good"]);
  });

  test.each([
    ["a number is missing", "1: Good\n3: Bad\n4: Good"],
    ["too few", "0: Good\n1: Bad"],
    ["too many", "1: Good\n2: Bad\n3: Good\n4: Good"],
    ["backwards", "3: Good\n2: Bad\n1: Good"],
    ["half of JSON", '["Good", "Bad", '],
    ["prose", "The first is good and the second is bad."],
  ])("nothing is read where %s", (_name, reply) => {
    expect(judgeTags.read(reply, three, standardTags)).toEqual(["unparsed", "unparsed", "unparsed"]);
  });

  test("a list that may be of phrases or of tags is read only where both say the same", () => {
    expect(judgeTags.read("1: Good\n2: Bad", phrases, standardTags)).toEqual(["good", "bad", "bad"]);
    const eight: Phrase[] = Array.from({ length: 8 }, (_, index) => ({ ...task, text: `Do ${index}.` }));
    expect(judgeTags.read("Good\nBad\nGood\nGood\nGood\nGood\nGood\nGood", eight, standardTags)[0]).toBe("unparsed");
  });

  test("asking again names the form", () => {
    expect(judgeTags.again(phrases, standardTags).at(-1)?.content).toContain('such as "Role: Good"');
  });
});
