import { describe, expect, test } from "vitest";
import { checkAnswer } from "./check-answer.ts";

type Case = [instruction: string, original: string, response: string, columns?: Record<string, unknown>];

const q = "What is 2+2?";
const mc = "Which is the capital of France?\nA. Lyon\nB. Nice\nC. Paris\nD. Lille";

const stateOf = ([instruction, original, response, columns = {}]: Case): string =>
  checkAnswer(response, { original, instruction, columns }).state;

describe("a wrong answer is seen", () => {
  test.each<Case>([
    [q, "<answer>4</answer>", "It is 5."],
    [q, "<ANSWER> 4 </ANSWER>", "**Final Answer:**\n\n5"],
    [q, "Think.\n\n**Final Answer**\n\n**4**", "5"],
    [q, "### Final Answer:\n\n$$4$$", "The answer is 5"],
    [q, "**Answer**\n4", "Answer: 5"],
    [mc, "The correct option is C.", "The correct option is B."],
    [mc, "(C)", "D"],
    [mc, "Option C is correct.", "Option B is correct."],
    [mc, "Option C is correct.", "Nice is the capital of France."],
    [mc, "C. Paris", "B. Nice"],
    [mc, "Answer: C", "Lyon"],
    ["Is 7 prime?", "Answer: Yes", "Answer: No"],
    ["Is 7 prime?", "Yes", "No, it is not prime."],
    ["Is 7 prime?", "True", "False"],
    ["Is 7 prime?", "The answer is True.", "The answer is False."],
    [q, "答案是4", "答案是5"],
    [q, "答案是4。", "一共有5个。"],
    [mc, "故选C", "答案选B"],
    [q, "La respuesta es 4.", "La respuesta es 5."],
    [q, "La réponse est 4", "Réponse : 5"],
    [q, "Die Antwort ist 4.", "Die Antwort lautet 5"],
    [q, "A resposta é 4.", "A resposta final é: 5"],
    [q, "La risposta è 4.", "Risposta: **5**"],
    [q, "Ответ: 4", "Ответ — 5"],
    [q, "答えは4です。", "答えは5です。"],
    [q, "정답은 4입니다.", "정답은 5입니다."],
    [q, "उत्तर 4 है।", "सही उत्तर 5 है।"],
    [q, "الإجابة هي 4", "الجواب هو ٥"],
    [q, "Het antwoord is 4.", "Het antwoord is 5."],
    [q, "Odpowiedź: 4", "Odpowiedź to 5"],
    [q, "Cevap: 4", "Cevap 5"],
    [q, "Đáp án là 4", "Đáp án: 5"],
    [q, "Jawabannya adalah 4", "Jawaban: 5"],
    [q, "Відповідь: 4", "Відповідь: 5"],
    [q, "4", "5"],
    [q, "4", "The sum is 5."],
    ["What is the capital of France?", "Paris", "London"],
    ['Output "ethical" or "not ethical".\nHe steals.', "not ethical", "ethical"],
    ['Output "ethical" or "not ethical".\nHe helps.', "ethical", "It is not ethical."],
    ["Classify the sentiment of the sentence into positive, negative or mixed.\nI enjoy it.", "positive", "The sentiment is negative."],
    ["Is the mail spam or ham? It says: buy.", "spam", "ham"],
    ["How many sides has a triangle?", "3", "A triangle has four sides."],
    [mc, "B", "C"],
    ["How many clips?", "So she sold 48 and 24, 72 in all.", "The answer is 70.", { expected_answer: "72" }],
    ["How many clips?", "So she sold 72 in all.", "The answer is 70.", { answer: 72 }],
    ["How many clips?", "So she sold 72 in all.", "She sold 70.", { solution: "First.\n\\boxed{72}" }],
    ["Is it?", "It has no divisors, so it is prime.", "No, it is not.", { ground_truth: true }],
    ["How many clips?", "So she sold 72 in all.", "She sold 70.", { "Final Answer": "72" }],
    ["How many?", "Long text.", "It is 71.", { correct_answer: ["72"] }],
    ["Who?", "Answer: Marie Curie", "Answer: Isaac Newton"],
    [q, "<final_answer>4</final_answer>", "<answer>5</answer>"],
    [q, "The final result follows.\nFinal Answer: $\\boxed{4}$", "Final Answer: 5"],
    ["Sentiment of the review: positive or negative?", "Positive", "Negative"],
  ])("%s %s -> %s", (...given: Case) => expect(stateOf(given)).toBe("wrong"));
});

describe("a right answer is not refused", () => {
  test.each<Case>([
    [q, "<answer>4</answer>", "It is 4."],
    [q, "## Final Answer\n4", "So it is four."],
    [q, "**Answer**\n4", "Answer: 4.0"],
    [mc, "The correct option is C.", "The answer is Paris."],
    [mc, "(C)", "C. Paris"],
    [mc, "Option C is correct.", "Paris is the capital of France."],
    [mc, "C", "The right choice is **C) Paris**."],
    [mc, "C is the correct answer.", "I choose option C."],
    [mc, "Answer: C", "Paris"],
    [mc, "Paris", "C"],
    [mc, "Answer: C", "A is wrong because Lyon is not it. B is wrong. D is wrong too. The answer: C."],
    ["Is 7 prime?", "Answer: Yes", "Yes."],
    ["Is 7 prime?", "Answer: Yes", "Yes, 7 is prime, as no number divides it."],
    ["Is 7 prime?", "True", "The statement is true."],
    ["¿Es 7 primo?", "Sí", "Yes, it is."],
    [q, "答案是4", "所以答案是 4 个苹果。"],
    [q, "答案：4", "一共有4个。"],
    [mc, "正确答案是C。", "选项C正确"],
    [q, "La respuesta es 4.", "La réponse est 4"],
    [q, "Die Antwort lautet 4,0.", "Antwort: vier"],
    [q, "Правильный ответ: 4", "Ответ 4."],
    [q, "答えは4です。", "答え: 4"],
    [q, "答え：4", "合計は4個です。"],
    [q, "정답은 4입니다.", "답: 4"],
    [q, "उत्तर: ४", "The answer is 4."],
    [q, "الإجابة هي ٤.", "الإجابة الصحيحة هي 4"],
    [q, "4", "2 + 2 = 4"],
    [q, "4", "four"],
    [q, "4", "Two plus two makes four."],
    [q, "4", "**4**"],
    [q, "4", "4 apples"],
    [q, "4", "$4"],
    ["What is the capital of France?", "Paris", "The capital of France is **Paris**."],
    ["What is the capital of France?", "Paris.", "Paris, France"],
    ['Output "ethical" or "not ethical".\nHe helps.', "ethical", "This is **ethical**."],
    ["Classify the sentiment of the sentence into positive, negative or mixed.\nI enjoy it.", "positive", "Sentiment: Positive"],
    ["Quelle est la capitale ?", "Paris", "La capitale est Paris."],
    [mc, "B", "(B)"],
    [mc, "B", "b) Nice"],
    ["How much?", "\\boxed{\\frac12}", "The answer is 0.5"],
    ["How much?", "1/2", "0.5"],
    ["How much?", "Answer: 1,234", "Answer: 1.234"],
    ["How much?", "Answer: 1234567", "Das macht 1.234.567 Euro."],
    ["How much?", "Answer: 1234", "Cela fait 1 234 €."],
    ["How much?", "Answer: 3.5", "Die Antwort ist 3,5 Meter."],
    ["How many clips?", "So she sold 72 in all.", "The answer is 72.", { expected_answer: "72" }],
    ["How many clips?", "#### 72", "72 is the answer. She sold 48 in April and 24 in May."],
    ["How many clips?", "#### 72", "Natalia sold **72** clips, which are 48 in April and 24 in May."],
    ["Who?", "Answer: Marie Curie", "It was Marie Curie who found it."],
    [q, "The answer is 4.", "The answer is 4. I hope this answer is helpful!"],
    [q, "The answer is 4.", "The total is 4. Let me know if the answer is unclear."],
    ["Sentiment of the review, positive or negative?", "Positive", "The sentiment is positive."],
  ])("%s %s -> %s", (...given: Case) => expect(stateOf(given)).toBe("right"));
});

describe("what code cannot compare is said to be unchecked", () => {
  test.each<Case>([
    ["Is 7 prime?", "Yes", "7 is a prime number."],
    ["Suggest a dinner.", "Lasagna", "Pizza"],
    ["What is a synonym for happy?", "Cheerful", "Joyful"],
    ["How many clips?", "So she sold 72 in all.", "She sold 70.", { target: "train" }],
    ["Write a poem.", "Roses are red,\nviolets are blue.", "A poem of my own."],
  ])("%s %s -> %s", (...given: Case) => expect(stateOf(given)).toBe("not-checked"));
});

test("an answer in bold, with its unit, or with its thousands set off is the same in each language's way", () => {
  for (const response of [
    "**1234**",
    "1,234 apples",
    "Das macht 1.234 Euro.",
    "Cela fait 1\u00a0234 €.",
    "一共有1234个。",
    "So it is $1,234.00!",
  ])
    expect([response, stateOf(["How many?", "#### 1,234", response])]).toEqual([response, "right"]);
});

test("a row whose original and column differ takes either answer", () => {
  for (const answer of ["72", "73"])
    expect(stateOf(["How many?", "#### 72", `The answer is ${answer}.`, { expected_answer: "73" }])).toBe("right");
  expect(stateOf(["How many?", "#### 72", "The answer is 74.", { expected_answer: "73" }])).toBe("wrong");
});

test("the detail names what was expected and what was found", () => {
  expect(checkAnswer("La respuesta es 5.", { original: "<answer>4</answer>", instruction: q, columns: {} })).toEqual({
    state: "wrong",
    detail: "expected the final answer 4, found 5",
  });
  expect(checkAnswer("A story.", { original: "Once upon a time,\nlong ago.", instruction: "Tell one.", columns: {} })).toEqual({
    state: "not-checked",
    detail: "A states no final answer",
  });
});

test("a hostile text is read in time that grows with its length", () => {
  for (const part of ["\n", "answer: ", "<answer>", "A. x ", "yes, ", "1,", "a or "]) {
    const text = part.repeat(50_000 / part.length);
    const began = performance.now();
    for (const answer of ["#### 4", "Yes", "Paris"]) stateOf([text, answer, text]);
    expect([part, performance.now() - began < 5_000]).toEqual([part, true]);
  }
});
