import { numbersIn, plainText, readAnswer, sameAnswer, type AnswerValue } from "./answer-value.ts";

/**
 * The checkable final answer of a response, by the marks that public maths sets use: GSM8K's `#### 72`, MATH's `\boxed{72}`,
 * MetaMathQA's "The answer is: 72" (a number, or an option's letter). The last mark of the strongest kind counts; undefined when there
 * is none.
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

/** What follows the last "the answer is" or "Answer:", to the end of its line. */
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
 * Whether a new response gives the expected final answer. A response without a mark of its own must end on the number, or set it in
 * bold in its last paragraph; an expression or an option must be marked.
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

/** The response's last number, with its unit; none when the last digits belong to an expression such as 10^8. */
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

/** The inside of the last `\boxed{...}`, braces balanced. */
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
