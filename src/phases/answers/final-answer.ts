import { announcedIn, type Announced } from "./answer-marks.ts";
import { readAnswer, type AnswerValue } from "./answer-value.ts";
import { readTruth } from "./truth.ts";

/** The final answer that a response states. */
export interface FinalAnswer extends AnswerValue {
  /**
   * How it is stated. `mark` is a mark of maths datasets, `words` an announcement in words or tags,
   * and `own` a response that is its answer and nothing else.
   */
  readonly from: "mark" | "words" | "own";
}

/**
 * The final answer of a response, which code can check. These are tried in this order.
 * - the tags `<answer>72</answer>`
 * - the marks of public maths datasets, which are GSM8K's `#### 72` and MATH's `\boxed{72}`
 * - an announcement such as "The answer is: 72", "La réponse est 72", 答案是72, a heading "Final
 *   Answer" with the answer below, or "Option C is correct"
 * - a response that is nothing but an answer, such as "4", "Paris", "B" or "True", or that begins
 *   with yes or no
 *
 * The last one of a kind counts. Undefined when there is none.
 */
export function finalAnswerOf(response: string): FinalAnswer | undefined {
  const tagged = response.includes("</") ? [...response.matchAll(answerTag)].at(-1)?.[1] : undefined;
  if (tagged !== undefined && tagged.trim() !== "") return { ...(finalAnswerOf(tagged) ?? readAnswer(tagged)), from: "words" };
  const hashed = response.includes("####")
    ? [...response.matchAll(/^[ \t]*####[ \t]*(\S[^\n]*)$/gm)].map(([, value = ""]) => readAnswer(value)).findLast(isNumberOrOption)
    : undefined;
  if (hashed) return { ...hashed, from: "mark" };
  const boxed = lastBoxed(response);
  if (boxed !== undefined && boxed.trim() !== "") return { ...readAnswer(boxed), from: "mark" };
  const said = lastSaid(response);
  if (said) return said.answer && { ...said.answer, from: "words" };
  return ownAnswer(response) ?? openingTruth(response);
}

/** A response that begins with yes or no and a comma or a stop. */
function openingTruth(response: string): FinalAnswer | undefined {
  const [, word = ""] = /^[\s*_]{0,4}(\p{L}{1,5})[*_]{0,2}[,.!，。、]/u.exec(response) ?? [];
  const truth = /^(?:right|wrong)$/i.test(word) ? undefined : readTruth(word);
  return truth === undefined ? undefined : { text: word, truth, from: "own" };
}

const answerTag = /<\s*(?:final[_ -]?)?answer\s*>([^]{0,2000}?)<\/\s*(?:final[_ -]?)?answer\s*>/gi;

/**
 * The last announcement whose answer can be read. One with a number that cannot be read, such as a
 * range, says that the answer is not known.
 */
export function lastSaid(response: string): { readonly answer: AnswerValue | undefined } | undefined {
  for (const announced of announcedIn(response).toReversed()) {
    const answer = readAnnounced(announced);
    if (answer !== undefined) return { answer };
    if (/\p{N}/u.test(firstSentence(announced.text))) return { answer: undefined };
  }
  return undefined;
}

/** A number, an option, yes or no, or up to five words that are set off as an answer. */
function readAnnounced({ text, isSetOff }: Announced): AnswerValue | undefined {
  const whole = readAnswer(text);
  if (whole.option !== undefined) return whole;
  const answer = readAnswer(firstSentence(text), { reason: true });
  if (isDefinite(answer)) return answer;
  const isName = isSetOff || /^[*_"“«„]*\p{Lu}/u.test(text);
  return isName && isShort(answer.text, longestSaid) && !/^not?\b/i.test(answer.text) ? answer : undefined;
}

/** The text up to the end of a sentence. */
function firstSentence(text: string): string {
  return text.split(/[.!](?=\s|\*|$)|[。！।](?=.|$)|،/u, 1)[0] ?? text;
}

/** Characters of a response that may be its own answer. */
const longestOwn = 60;
const longestSaid = 5;
const mostOwnWords = 3;

function ownAnswer(response: string): FinalAnswer | undefined {
  const text = response.trim();
  // A line that is indented is code.
  if (text === "" || text.length > longestOwn || text.includes("\n") || /^(?: {2}|\t)/.test(response)) return undefined;
  const answer = readAnswer(text);
  const words = isDefinite(answer) && answer.optionText === undefined ? text.split(/\s+/).length : 0;
  const isOwn = isDefinite(answer) ? words <= mostOwnWords : isShort(text, mostOwnWords);
  return isOwn ? { ...answer, from: "own" } : undefined;
}

/** More characters without spaces between words than a name has. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{13}/u;

/** Whether a text is up to so many words with letters that could be a name. */
function isShort(text: string, words: number): boolean {
  return (
    text.split(/\s+/).length <= words &&
    text.length <= longestOwn &&
    /\p{L}{2}/u.test(text) &&
    !unspaced.test(text) &&
    !/[\n\\={}<>?？!！]|^(?:see|that|it|because|to|as|how|below|above|here|this|these|those|there)\b/iu.test(
      text.replace(/^[^\p{L}]+/u, ""),
    )
  );
}

export function isDefinite(answer: AnswerValue): boolean {
  return isNumberOrOption(answer) || answer.truth !== undefined;
}

function isNumberOrOption({ number, option }: AnswerValue): boolean {
  return number !== undefined || option !== undefined;
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
