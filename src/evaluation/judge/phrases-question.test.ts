import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attack, subject, textOf } from "../../../test/fixtures/judged-subject.ts";
import { phrasesMessages, readPhrases } from "./phrases-question.ts";
import type { Subject } from "./subject.ts";

const single: Subject = { ...subject, phrases: subject.phrases.slice(0, 1) };

describe("verdicts on phrases", () => {
  const verdicts = (reply: string, of = subject): string[] => readPhrases(reply, of).map(({ verdict }) => verdict);

  test.each([
    ["Reason 1: a\nVerdict 1: Obeyed\nReason 2: b\nVerdict 2: Violated"],
    ["**Reason 1:** a\n**Verdict 1:** obeyed.\n\n**Reason 2:** b\n**Verdict 2:** VIOLATED"],
    ['{"verdicts": [{"reason": "a", "verdict": "Obeyed"}, {"reason": "b", "verdict": "Violated"}]}'],
  ])("%j is read, with its reasons", (reply) => {
    expect(readPhrases(reply, subject)).toEqual([
      { verdict: "obeyed", reason: "a" },
      { verdict: "violated", reason: "b" },
    ]);
  });

  test("not applicable in its spellings; a single phrase needs no number", () => {
    expect(verdicts("Verdict 1: Not applicable\nVerdict 2: N/A")).toEqual(["not-applicable", "not-applicable"]);
    expect(verdicts("Reason: a\nVerdict: not-applicable", single)).toEqual(["not-applicable"]);
    expect(verdicts("Reason: a\nVerdict: Obeyed")).toEqual(["unparsed", "unparsed"]);
  });

  test.each([
    ["Verdict 1: not obeyed"],
    ["Verdict 1: Obeyed or Violated"],
    ["Verdict 1: Obeyed\nVerdict 1: Violated"],
    ["1: Obeyed"],
    ["All are obeyed."],
    ['{"verdicts": [{"reason": "a", "verdict": "Obeyed"}]}'],
  ])("%j is unparsed, never obeyed", (reply) => {
    expect(verdicts(reply)).toEqual(["unparsed", "unparsed"]);
  });

  test("nothing that a judge says throws", () => {
    fc.assert(fc.property(fc.string(), (reply) => void readPhrases(reply, subject)));
  });
});

describe("the prompt about phrases", () => {
  test("text of a row cannot put words into the judge's mouth", () => {
    expect(textOf(phrasesMessages(attack, "tagged"))).not.toMatch(/<\|im_(start|end)\|>/);
  });

  test("asks for what the decoder enforces", () => {
    expect(textOf(phrasesMessages(subject, "json"))).toContain("for each of the 2 phrases");
    expect(textOf(phrasesMessages(subject, "tagged"))).toContain("phrases, 1 to 2, and nothing else");
  });
});
