import { describe, expect, test } from "vitest";
import { finalAnswerOf, givesAnswer, numbersIn } from "./final-answer.ts";

describe("the final answer of a response", () => {
  test.each([
    ["GSM8K", "48+24 = <<48+24=72>>72 clips.\n#### 72", 72],
    ["thousands", "So it costs\n#### 1,234,567", 1234567],
    ["dollars", "#### $18.50", 18.5],
    ["negative", "#### -5", -5],
    ["MetaMathQA", "He pays 3.\n#### 3\nThe answer is: 3", 3],
    ["a sentence", "Therefore, the answer is 42 apples.", 42],
    ["the equation's right side", "The answer is 48 + 24 = 72.", 72],
    ["boxed", "so it is $\\boxed{100}$ square metres", 100],
    ["boxed fraction", "$\\boxed{\\frac{3}{4}}$", 0.75],
    ["boxed with unit", "\\boxed{12\\text{ cm}}", 12],
    ["boxed percent", "\\boxed{25\\%}", 25],
    ["the last box", "\\boxed{1} no, \\boxed{2}", 2],
  ])("%s", (_name, response, number) => {
    expect(finalAnswerOf(response)?.number).toBe(number);
  });

  test.each([
    "Paris is the capital of France.",
    "#### Conclusion\nAll is well.",
    "The answer is that it depends on 3 or 4 things.",
    "",
    "See chapter 7.",
  ])("%j has none", (response) => expect(finalAnswerOf(response)).toBeUndefined());

  test("a boxed expression is an answer, but no number", () => {
    expect(finalAnswerOf("\\boxed{2x+3}")).toEqual({ text: "2x+3", number: undefined });
    expect(finalAnswerOf("\\boxed{(3, 4)}")?.number).toBeUndefined();
    expect(finalAnswerOf("The answer is: (B)")?.text).toBe("(B)");
  });
});

describe("whether a new response gives it", () => {
  const expected = (response: string) => finalAnswerOf(response) ?? { text: "", number: undefined };

  test.each([
    ["#### 72", "In all that is 72 clips.", true],
    ["#### 72", "In all that is 72.0 clips.", true],
    ["#### 72", "She sold **72** clips in the months of April and May 2024.", true],
    ["#### 1234", "That makes $1,234.", true],
    ["#### 0.5", "The answer is 1/2.", true],
    ["#### 72", "In all that is 70 clips.", false],
    ["#### 72", "She sold many clips.", false],
    ["#### 72", "72 is what one might think, but it is \\boxed{71}", false],
    ["#### 72", "The answer is 720.", false],
    ["#### 5", "The answer is -5.", false],
    ["\\boxed{2x+3}", "Hence \\boxed{2x + 3}.", true],
    ["\\boxed{2x+3}", "Hence \\boxed{3x+2}.", false],
    ["The answer is: (B)", "I choose this one. The answer is (B).", true],
    ["The answer is: (B)", "The answer is (C).", false],
  ])("%s against %s: %s", (original, response, gives) => {
    expect(givesAnswer(response, expected(original))).toBe(gives);
  });
});

test("numbers of a text, as numbers", () => {
  expect(numbersIn("48 / 2, 1,234.5 and -7; x2, 3.5-1, v1.2.3 \\frac{1}{2}")).toEqual([24, 1234.5, -7, 3.5, 1, 0.5]);
});
