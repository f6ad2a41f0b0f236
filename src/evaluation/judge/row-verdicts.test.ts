import { expect, test } from "vitest";
import { foreignOf, phrasesOf, rowVerdictsSchema } from "./row-verdicts.ts";

test("a line of a version that asked about all phrases at once is read, without a score", () => {
  const phrase = { tag: "Style", text: "Be brief.", verdict: "obeyed" };
  const old = { model: "j", pair: null, phrases: [{ ...phrase, reason: "It has four words." }] };
  const { judges } = rowVerdictsSchema.parse({ id: "a", lengths: { original: 1, new: 1 }, judges: [old] });
  expect(phrasesOf(judges[0])).toEqual([phrase]);
  expect(foreignOf(judges[0])).toBeUndefined();
});
