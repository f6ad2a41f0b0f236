import { describe, expect, test } from "vitest";
import { labelSaid } from "./label-said.ts";

const yesNo = ["Yes", "No"];
const tags = ["Role", "Content", "Task", "Style"];

describe("a label", () => {
  test.each([
    ["Yes", 0], ["no.", 1], ["**Yes**", 0], ["Yes, it will.", 0], ["Yes - because no harm comes of it", 0], ["No, it does not.", 1],
    ["Answer: Yes", 0], ["The answer is no.", 1], ["1. Yes", 0], ["- No", 1], ["| Yes |", 0], ["[Yes]", 0], ["Yes it does", 0],
    ['{"answer": "Yes"}', 0], ['```json\n{"verdict": false, "reason": "it is not"}\n```', 1], ['{"fits": true}', 0], ["✅", 0], ["❌ It does not.", 1],
    ["Good", 0], ["Bad", 1], ["Ja", 0], ["Нет.", 1], ["是", 0], ["You are a helpful guide. - Yes", 0], ["Line 1: You are a guide.: No", 1],
    ["It asks for a river.\n\n**Answer:** Yes", 0], ["Let me see.\nNo", 1], ["Final verdict: No", 1], ["Yes (it fits)", 0], ["Yes\nYes", 0],
  ] as const)("%j", (text, index) => expect(labelSaid(text, yesNo)).toBe(index)); // prettier-ignore

  test.each([
    "Yes or No", "Yes, or No", "Yes/No", "Yes, No", "Yes? No.", "Yes.\nNo.", "perhaps", "", "Yesterday", "Nothing", "There is no doubt that it fits.", "No doubt about it",
    "No problem with that", "not Yes", "The answer is not yes.", "0", "1", "Good? No, Bad", '{"a": "Yes", "b": "No"}', "Answer Yes or No.", "I do not know",
  ])("%j is none", (text) => expect(labelSaid(text, yesNo)).toBeUndefined()); // prettier-ignore

  test("of more than two", () => {
    for (const text of ["Task", "It is a Task.", "Line: Be brief. → Task", "**Task** - it says what to do", '{"label": "Task"}'])
      expect(labelSaid(text, tags)).toBe(2);
    for (const text of ["Task or Role", "The task is to describe a role.", "Tasks and styles", "This line gives the role a task"])
      expect(labelSaid(text, tags)).toBeUndefined();
  });

  test("that is a number, and never one that was counted from another one", () => {
    const numbers = ["1", "2"];
    for (const text of [
      "1",
      "Response 1",
      "Response 1 is better.",
      "**Response 1**",
      "The first",
      "Answer: 1",
      "The better one is response 1.",
    ])
      expect([text, labelSaid(text, numbers)]).toEqual([text, 0]);
    for (const text of ["0", "12", "Response 1 has 2 errors", "1 or 2", "Response 0", "1.5"])
      expect([text, labelSaid(text, numbers)]).toEqual([text, undefined]);
  });
});
