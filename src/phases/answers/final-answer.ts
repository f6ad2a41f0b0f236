import { numbersIn, plainText, readAnswer, sameAnswer, type AnswerValue } from "./answer-value.ts";

/**
 * The final answer of a response, which code can check. It is found by the marks that public maths
 * datasets use. These are GSM8K's `#### 72`, MATH's `\boxed{72}` and MetaMathQA's
 * `The answer is: 72`, tried in this order. The last mark of a kind counts. What follows `####` or
 * "the answer is" must be a number or an option's letter from A to J. Undefined when there is no
 * such mark.
 */
export function finalAnswerOf(response: string): AnswerValue | undefined {
  const hashed = response.includes("####")
    ? [...response.matchAll(/^[ \t]*####[ \t]*(\S[^\n]*)$/gm)].map(([, value = ""]) => readAnswer(value)).findLast(isDefinite)
    : undefined;
  if (hashed) return hashed;
  const boxed = lastBoxed(response);
  if (boxed !== undefined && boxed.trim() !== "") return readAnswer(boxed);
  const said = saidAnswer(response);
  if (said === undefined) return undefined;
  const sentence = said.split(/[.!](?=\s|$)/, 1)[0] ?? said;
  const answer = readAnswer(sentence, { reason: true });
  return isDefinite(answer) ? answer : undefined;
}

/** What follows the last "the answer is" or `Answer:`, to the end of its line. */
function saidAnswer(response: string): string | undefined {
  const last = [...response.matchAll(announced)].at(-1);
  if (!last) return undefined;
  const [, verb = "", rest = ""] = last;
  return verb.endsWith("n't") ? `not ${rest}` : rest;
}

const announced = /\banswer\b[*_]{0,4}(?: {1,4}(is|isn't|was|wasn't)\b| {0,4}[:=])[*_: ]{0,6}([^\n]+)/gi;

function isDefinite(answer: AnswerValue): boolean {
  return answer.number !== undefined || /^[A-J]$/.test(plainText(answer.text).replace(/\.$/, ""));
}

/**
 * Whether a new response gives the expected final answer. A response without a mark of its own must
 * have the number in bold in its last paragraph, or end on it. An expression or an option counts
 * only with a mark.
 */
export function givesAnswer(response: string, expected: AnswerValue): boolean {
  const found = finalAnswerOf(response);
  if (found) return sameAnswer(found, expected);
  // An answer that is announced and cannot be read is not the expected one.
  if (expected.number === undefined || saidAnswer(response) !== undefined) return false;
  const lastParagraph =
    response
      .trim()
      .split(/\n\s*\n/)
      .at(-1) ?? "";
  const bold = [...lastParagraph.matchAll(/\*\*([^*\n]+)\*\*/g)].at(-1)?.[1];
  if (bold !== undefined) return sameAnswer(readAnswer(bold), expected);
  return sameAnswer(lastNumberOf(response), expected);
}

/**
 * The last number of a response, with its unit. The value has no number when the last digits belong
 * to an expression such as 10^8.
 */
function lastNumberOf(response: string): AnswerValue {
  const lastLine =
    response
      .trim()
      .split("\n")
      .findLast((line) => /\d/.test(line)) ?? "";
  const plain = plainText(lastLine.slice(-400));
  const start =
    /(?:(?<![\p{L}\d.^_)]\s?)-\s?)?[$€£¥₹]?\s?(?<![\p{L}\d.,^_][-+]?)(?<!\b(?:not|never)\s)\d[\d,.]*(?:\s*\/\s*\d+)?[^\d]*$/u.exec(plain);
  return start && numbersIn(start[0]).length === 1 ? readAnswer(start[0], { reason: true }) : { text: lastLine };
}

/** The content of the last `\boxed{...}`, with balanced braces. Undefined when there is none. */
function lastBoxed(text: string): string | undefined {
  const start = text.lastIndexOf("\\boxed{");
  if (start === -1) return undefined;
  const from = start + "\\boxed{".length;
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return text.slice(from, at);
  }
  return undefined;
}
