import { describe, expect, test } from "vitest";
import type { Phrase } from "../../records/system-message/phrase.ts";
import { judgeTags } from "./judge-tags.ts";

const phrases: Phrase[] = [
  { tag: "Role", text: "You are one.", repairs: [] },
  { tag: "Task", text: "Do it.", repairs: [] },
  { tag: "Task", text: "Do it well.", repairs: [] },
];

describe("tag by tag, as the paper", () => {
  test("one label for all phrases of a tag; a missing line is unparsed", () => {
    expect(judgeTags.read("Role: None\n**Task**: Good", phrases)).toEqual(["none", "good", "good"]);
    expect(judgeTags.read("Task: Bad", phrases)).toEqual(["unparsed", "bad", "bad"]);
  });

  test.each(["Role: Good, Bad or None", "Role: Good\nRole: Bad", "Role: not Good"])("%j is unparsed", (reply) => {
    expect(judgeTags.read(reply, phrases)[0]).toBe("unparsed");
  });
});
