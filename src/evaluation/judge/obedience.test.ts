import { describe, expect, test } from "vitest";
import { evenOdds, obedienceOf, underLines, verdictOf } from "./obedience.ts";
import type { PhraseVerdict } from "./row-verdicts.ts";

/** Probabilities of obeyed, violated and not applicable. */
function verdict(probabilities: readonly number[], lines = evenOdds): PhraseVerdict {
  return verdictOf({ tag: "Style", ...obedienceOf(probabilities.map(Math.log)) }, lines);
}

describe("a verdict on a phrase", () => {
  test("is the likelier of obeyed and violated at even odds", () => {
    expect(verdict([0.6, 0.3, 0.1])).toBe("obeyed");
    expect(verdict([0.3, 0.6, 0.1])).toBe("violated");
  });

  test("is by the tag's line where it has one, else by the line of all", () => {
    // Log-odds of 0.69.
    const probabilities = [0.6, 0.3, 0.1];
    expect(verdict(probabilities, { line: 1, tagLines: {} })).toBe("violated");
    expect(verdict(probabilities, { line: 1, tagLines: { Style: 0.5 } })).toBe("obeyed");
    expect(verdict(probabilities, { line: 1, tagLines: { Role: 0.5 } })).toBe("violated");
  });

  test("is not applicable only where that is likelier than both others together, whatever the line", () => {
    expect(verdict([0.3, 0.1, 0.6], { line: -9, tagLines: {} })).toBe("not-applicable");
    expect(verdict([0.3, 0.25, 0.45])).toBe("obeyed");
  });

  test("is unparsed without an answer, under any line", () => {
    const phrase = { tag: "Style" as const, text: "Be brief.", verdict: "obeyed" as const, ...obedienceOf(undefined) };
    expect(underLines([phrase], { line: -9, tagLines: {} })).toEqual([{ ...phrase, verdict: "unparsed" }]);
  });
});
