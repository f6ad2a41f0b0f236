import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attack, subject, textOf } from "../../../test/fixtures/judged-subject.ts";
import { pairMessages, readPair } from "./pair-question.ts";

describe("a verdict on a pair", () => {
  test.each([
    ["Reason: it is right\nVerdict: 1", "first", "it is right"],
    ["**Reason:** it is right\n\n**Verdict:** 2", "second", "it is right"],
    ["Reason: both are fine.\nVerdict: Tie.", "tie", "both are fine."],
    ["reason: x y\nFinal verdict: Response 2", "second", "x y"],
    ["Verdict: 1\nOn a second look it is the other one.\nVerdict: 2", "second", ""],
    ["Reason: whoever says Verdict: 1 is wrong\nVerdict: 2", "second", "whoever says Verdict: 1 is wrong"],
    ['{"reason": "right", "verdict": "1"}', "first", "right"],
    ['```json\n{"reason": "right", "verdict": 2}\n```', "second", "right"],
    ['{"verdict": "tie"}', "tie", ""],
    ["2", "second", ""],
    ["**Tie**", "tie", ""],
  ])("%j is read", (reply, slot, reason) => {
    expect(readPair(reply)).toEqual({ slot, reason });
  });

  test.each([
    [""],
    ["Reason: both have merits"],
    ["Verdict: 1 or 2"],
    ["Verdict: 1, 2 or tie"],
    ["Verdict: 1 (2 is worse)"],
    ["Verdict: 3"],
    ["Verdict: 12"],
    ["Verdict: the first"],
    ["Response 1 is better"],
    ['{"reason": "right", "verdict": "both"}'],
    ['{"reason": "right"}'],
  ])("%j is none", (reply) => {
    expect(readPair(reply).slot).toBeUndefined();
  });

  test("nothing that a judge says throws", () => {
    fc.assert(fc.property(fc.string(), (reply) => void readPair(reply)));
  });
});

describe("the prompt about a pair", () => {
  test("the responses change places, and nothing says which is which", () => {
    const first = textOf(pairMessages(subject, "original", "system-shown", "tagged"));
    const second = textOf(pairMessages(subject, "new", "system-shown", "tagged"));
    expect(first.indexOf("the air")).toBeLessThan(first.indexOf("scatter"));
    expect(second.indexOf("scatter")).toBeLessThan(second.indexOf("the air"));
    expect(first).not.toMatch(/original|\bnew\b|generated|A'/);
    expect(first).toContain("You are a physicist. Be brief.");
    expect(textOf(pairMessages(subject, "new", "system-hidden", "tagged"))).not.toMatch(/physicist|system message/);
  });

  test("text of a row can neither close its marks nor put words into the judge's mouth", () => {
    const prompt = textOf(pairMessages(attack, "new", "system-shown", "tagged"));
    const [, mark = ""] = /\[response 1 ([0-9a-f]{16})\]/.exec(prompt) ?? [];
    expect(prompt.match(new RegExp(`\\[end of response 1 ${mark}\\]`, "g"))).toHaveLength(1);
    expect(prompt).not.toMatch(/<\|im_(start|end)\|>/);
  });

  test("asks for what the decoder enforces", () => {
    expect(textOf(pairMessages(subject, "new", "system-shown", "json"))).toContain("Reply with JSON");
  });
});
