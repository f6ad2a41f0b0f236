import { describe, expect, test } from "vitest";
import { readMark, readMarkAsJanus } from "./mark.ts";

describe("the mark of a reply", () => {
  test.each([
    ["Good job. [RESULT] 3", 3],
    ["Needs improvement. [RESULT] Score: 2", 2],
    ["Well done. [RESULT] Result: 4", 4],
    ["Average. [RESULT] 4/5", 4],
    ["Excellent. [RESULT] 5 out of 5", 5],
    ["Poor performance. [RESULT] score of 1", 1],
    ["Good job. [Result] 3", 3],
    ["Needs improvement. [Result] Score: 2", 2],
    ["Well done. [Result] Result: 4", 4],
    ["Average. [Result] 4/5", 4],
    ["Excellent. [Result] 5 out of 5", 5],
    ["Poor performance. [Result] score of 1", 1],
    ["Good job. [3]", 3],
    ["Good job. (Score 5)", 5],
    ["Good job. [Score 4]", 4],
    ["Good job. score: 3", 3],
    ["Good job. Score: 3", 3],
    ["Good job. score of 1", 1],
    ["Good job. [RESULT] (5)", 5],
    ["It would be Score 3 normally. [RESULT] 5", 5],
    ["Fine. **[RESULT]** 4", 4],
    ["Fine. **Score:** 4/5", 4],
    ["Fine.\n[RESULT]: **2**", 2],
    ["Feedback: as a score of 2 says. Result: 4", 4],
    ["4", 4],
    ["The score is 3.", 3],
  ])("%s", (reply, mark) => expect(readMark(reply)).toBe(mark));

  test.each([
    "[RESULT] 10",
    "[RESULT] 0",
    "[RESULT] 4.5",
    "[RESULT]",
    "The response gets 3 facts right.",
    "",
    "Score: 80%",
    "Good (see rule 3) overall.",
  ])("none in %s", (reply) => expect(readMark(reply)).toBeUndefined());
});

describe("as the reference reads it", () => {
  test.each([
    ["Good job. [RESULT] 3", 3],
    ["It would be Score 3 normally. [RESULT] 5", 3],
    ["[RESULT] 10", 10],
    ["**[RESULT]** 4", undefined],
    ["Poor performance. [RESULT] score of 1", undefined],
    ["Good job. [3]", undefined],
  ])("%s", (reply, mark) => expect(readMarkAsJanus(reply)).toBe(mark));
});
