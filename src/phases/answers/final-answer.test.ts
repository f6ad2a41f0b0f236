import { describe, expect, test } from "vitest";
import { numbersIn } from "./answer-value.ts";
import { givesAnswer } from "./compare-answers.ts";
import { finalAnswerOf } from "./final-answer.ts";

describe("the final answer of a response", () => {
  test.each([
    ["GSM8K", "48+24 = <<48+24=72>>72 clips.\n#### 72", 72],
    ["thousands", "So it costs\n#### 1,234,567", 1234567],
    ["dollars", "#### $18.50", 18.5],
    ["negative", "#### -5", -5],
    ["MetaMathQA", "He pays 3.\n#### 3\nThe answer is: 3", 3],
    ["a sentence", "Therefore, the answer is 42 apples.", 42],
    ["with a reason", "The answer is 72, because 48 and 24 make 72.", 72],
    ["the equation's right side", "The answer is 48 + 24 = 72.", 72],
    ["an unknown", "The answer is: x = 5", 5],
    ["boxed", "so it is $\\boxed{100}$ square metres", 100],
    ["boxed fraction", "$\\boxed{\\frac{3}{4}}$", 0.75],
    ["short fraction", "$\\boxed{\\frac34}$", 0.75],
    ["mixed number", "$\\boxed{1\\frac{1}{2}}$", 1.5],
    ["boxed with unit", "\\boxed{12\\text{ cm}}", 12],
    ["boxed percent", "\\boxed{25\\%}", 25],
    ["a scale word", "The answer is 2.5 million", 2_500_000],
    ["the last box", "\\boxed{1} no, \\boxed{2}", 2],
    ["a heading is no mark", "#### Step 2\nadd\nso \\boxed{99}", 99],
  ])("%s", (_name, response, number) => {
    expect(finalAnswerOf(response)?.number).toBe(number);
  });

  test.each([
    "Paris is the capital of France.",
    "#### Conclusion\nAll is well.",
    "The answer is that it depends on 3 or 4 things.",
    "The answer is not 5.",
    "",
    "See chapter 7.",
  ])("%j has none", (response) => expect(finalAnswerOf(response)).toBeUndefined());

  test.each([
    "2x+3",
    "(3, 4)",
    "3\\sqrt{2}",
    "4\\pi",
    "x+5",
    "x>5",
    "x \\ge 5",
    "\\pm 5",
    "\\sin 30",
    "f(5)",
    "5!",
    "n/5",
    "5xy",
    "2^{10}",
    "5 x",
  ])("\\boxed{%s} is an expression, and no number", (expression) => {
    expect(finalAnswerOf(`\\boxed{${expression}}`)).toMatchObject({ text: expression });
    expect(finalAnswerOf(`\\boxed{${expression}}`)?.number).toBeUndefined();
  });

  test.each([
    ["72", "own", 72],
    ["seventy-two", "own", 72],
    ["one hundred five", "own", 105],
    ["I think so.\n\n### Final Answer\n\n- 72", "words", 72],
    ["<Final_Answer>72 clips</Final_Answer>", "words", 72],
    ["La respuesta correcta es: **72**", "words", 72],
    ["72 is the answer. It is 48 and 24.", "words", 72],
    ["At 3 points per correct answer = 48 points, so 72", undefined, undefined],
    ["10 Ways to Save More Money", undefined, undefined],
    ["It is 72. I hope this answer is helpful to all 5 of you.", undefined, undefined],
  ])("%j states one by %s", (response, from, number) => {
    expect(finalAnswerOf(response)?.from).toBe(from);
    expect(finalAnswerOf(response)?.number).toBe(number);
  });

  test("an option's letter", () => expect(finalAnswerOf("The answer is: (B)")?.text).toBe("(B)"));
});

describe("whether a new response gives it", () => {
  const check = (original: string, response: string): string => {
    const expected = finalAnswerOf(original);
    if (expected === undefined) throw new Error(`no final answer in ${original}`);
    return givesAnswer(response, expected);
  };

  test.each([
    ["#### 72", "In all that is 72 clips."],
    ["#### 72", "In all that is 72.0 clips."],
    ["#### 72", "She sold clips for two months.\n\nThat is **72** clips in April and May 2024."],
    ["#### 72", "**Answer:** 72 clips"],
    ["#### 72", "The final answer is \\(72\\)."],
    ["#### 72", "Adding up.\n\n**Total: 72 apples**"],
    ["#### 1234", "That makes $1,234."],
    ["#### 1234", "The answer is: $1,234.00"],
    ["#### 0.5", "The answer is 1/2."],
    ["#### -5", "The answer is minus 5."],
    ["\\boxed{2x+3}", "Hence \\boxed{2x + 3}."],
    ["\\boxed{\\frac{x+1}{2}}", "Hence $\\boxed{\\dfrac{x+1}{2}}$."],
    ["\\boxed{5\\%}", "The answer is 0.05"],
    ["The answer is: (B)", "I choose this one. The answer is B."],
    ["\\boxed{12\\text{ cm}}", "\\boxed{12} centimetres"],
  ])("%s: %s does", (original, response) => {
    expect(check(original, response)).toBe("same");
  });

  test.each([
    ["#### 72", "In all that is 70 clips."],
    ["#### 10", "The answer is 10 or 12."],
    ["#### 20", "The answer is between 10 and 20."],
    ["#### 20", "The answer is greater than 20."],
    ["#### 5", "The answer is 5 less than 12."],
    ["#### 20", "The answer is 20 minus 3."],
    ["#### 3", "The answer is 3 times 4."],
    ["#### 5", "The answer is 5:30."],
    ["#### 20", "The answer: 20 is wrong, it is 25"],
    ["#### 20", "The answer is 20, or rather 25."],
    ["#### 72", "The answer isn't 72."],
    ["#### 72", "She sold many clips."],
    ["#### 72", "72 is what one might think, but it is \\boxed{71}"],
    ["#### 72", "**72** clips went first.\n\nIn total there are 96 clips."],
    ["#### 72", "**72** clips went first, then more: in total 96 clips, **96**."],
    ["#### 72", "The answer is 720."],
    ["#### 5", "The answer is -5."],
    ["#### 5", "The answer is minus 5."],
    ["#### 5", "The answer is negative 5."],
    ["#### 5", "The answer is - 5."],
    ["#### 5", "The answer is \u20135."],
    ["#### 5", "The answer is not 5."],
    ["#### 5", "The answer is 5 million."],
    ["#### 0.5", "The answer is 0.5%."],
    ["#### 12345678", "The answer is 12345679."],
    ["#### 2500000", "The answer is 2,500,001."],
    ["#### 0", "The answer is 0.0000001."],
    ["#### 0.0000005", "The answer is 0.0000009."],
    ["#### 3", "#### Step 3\nadd them\nThe answer is \\boxed{10}."],
    ["#### 8", "It is $3 \\times 10^{8}$"],
    ["#### 2", "It grows like x^2"],
    ["#### 5", "It is 1.2e-5"],
    ["\\boxed{3\\sqrt{2}}", "\\boxed{3\\sqrt{5}}"],
    ["\\boxed{3\\sqrt{2}}", "\\boxed{3}"],
    ["\\boxed{4\\pi}", "\\boxed{\\frac{\\pi}{4}}"],
    ["\\boxed{4\\pi}", "\\boxed{4}"],
    ["\\boxed{x+5}", "\\boxed{x-5}"],
    ["\\boxed{x>5}", "\\boxed{x<5}"],
    ["\\boxed{x \\ge 5}", "\\boxed{x \\le 5}"],
    ["\\boxed{5}", "\\boxed{\\pm 5}"],
    ["\\boxed{\\sin 30}", "\\boxed{\\cos 30}"],
    ["\\boxed{f(5)}", "\\boxed{5}"],
    ["\\boxed{5!}", "\\boxed{5}"],
    ["\\boxed{\\frac{n}{5}}", "\\boxed{5}"],
    ["\\boxed{5xy}", "\\boxed{5ab}"],
    ["\\boxed{5\\text{ km}}", "\\boxed{5\\text{ m}}"],
    ["\\boxed{5^2}", "\\boxed{52}"],
    ["\\boxed{5²}", "\\boxed{52}"],
    ["\\boxed{1\\frac{1}{2}}", "\\boxed{5.5}"],
    ["\\boxed{\\text{No}}", "Yes. It is not a problem."],
    ["\\boxed{x}", "The fox."],
    ["\\boxed{2x+3}", "Hence \\boxed{3x+2}."],
    ["The answer is: (B)", "The answer is (C)."],
    ["The answer is: B", "Definitely option C, because of bananas."],
  ])("%s: %s does not", (original, response) => {
    expect(check(original, response)).toBe("different");
  });
});

test("a table of contents is read", () => {
  expect(numbersIn(`Contents ${".".repeat(400_000)} 12`)).toEqual([12]);
  expect(finalAnswerOf(`#### ${" ".repeat(200_000)}72`)?.number).toBe(72);
});

test("numbers of a text, as numbers", () => {
  expect(numbersIn("48 / 2, 1,234.5 and -7; x2, 3.5-1, v1.2.3 \\frac{1}{2} 10^8")).toEqual([24, 1234.5, -7, 3.5, 1, 0.5]);
});
