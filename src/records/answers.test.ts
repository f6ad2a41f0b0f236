import { expect, test } from "vitest";
import { AnswerTally, answersInWords, answersOf } from "./answers.ts";

const retried = { gate: "wrong-answer", action: "retried" };
const unchecked = { gate: "wrong-answer", action: "not-checked" };

test("a row is checked unless none of its answers could be", () => {
  expect(answersOf([retried], 1)).toBe("checked");
  expect(answersOf([unchecked], 2)).toBe("checked");
  expect(answersOf([unchecked, unchecked], 2)).toBe("not-checked");
  expect(answersOf([{ gate: "leak", action: "not-checked" }], 1)).toBe("checked");
});

test("rows are counted once, and those of runs that did not look as neither", () => {
  const tally = new AnswerTally();
  tally.add("checked", [retried, retried, unchecked], 2);
  tally.add("checked", []);
  tally.add("not-checked", [unchecked], 3);
  tally.add(undefined, [{ gate: "leak", action: "retried" }]);
  expect(tally.counts()).toEqual({ checked: 3, wrong: 2, notChecked: 3 });
  expect(answersInWords(tally.counts())).toBe("3 checked, 2 wrong and asked again, 3 could not be checked");
  expect(answersInWords(new AnswerTally().counts())).toBe("");
});
