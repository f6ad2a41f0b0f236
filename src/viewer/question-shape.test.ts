import { expect, test } from "vitest";
import { replyOf } from "../../test/fixtures/scripted-model.ts";
import { questionShape } from "./question-shape.ts";

const question = { text: "Does it fit?", labels: ["Yes", "No"] };

test("an answer has the probability of each label, the likeliest first", () => {
  const scores = [
    [Math.log(0.5), Math.log(0.5)],
    [Math.log(0.25), Math.log(0.75)],
  ];
  const { answers, said } = questionShape(question, 1, { ...replyOf("Yes\nNo"), scores });
  expect(said).toBe("No");
  expect(answers.map(({ label }) => label)).toEqual(["No", "Yes"]);
  expect(answers[0]?.probability).toBeCloseTo(0.75);
});

test("without probabilities there is what was said, and without a reply nothing", () => {
  const unknown = ["Yes", "No"].map((label) => ({ label, probability: null }));
  expect(questionShape(question, 0, replyOf("Yes"))).toEqual({ text: "Does it fit?", answers: unknown, said: "Yes" });
  expect(questionShape(question, 0, undefined)).toMatchObject({ answers: unknown, said: null });
});
