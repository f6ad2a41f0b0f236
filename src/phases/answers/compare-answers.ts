import { glued, joinedThousands, numbersIn, plainText, readAnswer, sameNumber, written, type AnswerValue } from "./answer-value.ts";
import { finalAnswerOf, lastSaid, type FinalAnswer } from "./final-answer.ts";
import { saysInWords } from "./number-words.ts";
import { optionMentioned, optionNamed, optionsOf, type Options } from "./options.ts";
import { holdsWords, plainWords } from "./plain-words.ts";
import { truthIn } from "./truth.ts";

/** `unknown` where code cannot tell. */
export type Agreement = "same" | "different" | "unknown";

const agreement = (isSame: boolean): Agreement => (isSame ? "same" : "different");

/** Whether two answers say the same. */
export function compareAnswers(a: AnswerValue, b: AnswerValue, options: Options = new Map()): Agreement {
  if (a.truth !== undefined && b.truth !== undefined) return agreement(a.truth === b.truth);
  if (a.option !== undefined || b.option !== undefined) return compareOptions(a, b, options);
  if (a.number !== undefined && b.number !== undefined) return agreement(sameNumber(a, b));
  if (a.number !== undefined || b.number !== undefined) return "different";
  if (written(a.text) === written(b.text)) return "same";
  return compareWords(a.text, b.text);
}

function compareOptions(a: AnswerValue, b: AnswerValue, options: Options): Agreement {
  const [one, other] = [a, b].map((answer) => answer.option ?? optionNamed(answer.text, options));
  if (one !== undefined && other !== undefined) {
    const [text, otherText] = [a.optionText, b.optionText].map((beside) => beside && plainWords(beside));
    return one === other || (text !== undefined && text === otherText) ? "same" : "different";
  }
  const [text, otherText] = [a, b].map(({ option, optionText, text: whole }) => (option === undefined ? whole : optionText));
  if (text === undefined || otherText === undefined) return "unknown";
  const [value, otherValue] = [readAnswer(text), readAnswer(otherText)];
  return value.option !== undefined || otherValue.option !== undefined ? "unknown" : compareAnswers(value, otherValue);
}

/** Texts in words. Those that share a word or are in different scripts may say the same. */
function compareWords(a: string, b: string): Agreement {
  if (/[\\^={}<>+]/.test(a + b)) return "different";
  const [one, other] = [plainWords(a), plainWords(b)];
  if (negation.test(one) !== negation.test(other))
    return one.replace(negation, "") === other.replace(negation, "") ? "different" : "unknown";
  if (one === other || holdsWords(one, other) || holdsWords(other, one)) return "same";
  // Words with the same beginning may be forms of one word, or one of them misspelt.
  const words = new Set(one.split(" ").map((word) => word.slice(0, 4)));
  if (other.split(" ").some((word) => words.has(word.slice(0, 4)))) return "unknown";
  return isLatin(one) === isLatin(other) && one !== "" && other !== "" ? "different" : "unknown";
}

const negation = /^(?:not|non|no|nicht|kein|never) /;

function isLatin(text: string): boolean {
  return /\p{Script=Latin}/u.test(text);
}

/**
 * Whether a new response gives the expected final answer.
 * - A number without a mark must be in bold in the last paragraph, or be the last one.
 * - An option must be named by its letter, or by its text if the instruction lists the options.
 * - Yes and no must open or end a sentence.
 * - Words must be in the response. Other words are another answer only if the response is nothing
 *   else, and the instruction asks for one thing alone.
 * - An expression counts only with a mark.
 */
export function givesAnswer(response: string, stated: FinalAnswer, instruction = ""): Agreement {
  const found = finalAnswerOf(response);
  const options = isCheckable(stated) && stated.option === undefined && found?.option === undefined ? undefined : optionsOf(instruction);
  const named = isCheckable(stated) || options === undefined ? undefined : optionNamed(stated.text, options);
  const expected = named === undefined ? stated : { ...stated, option: named, optionText: stated.text };
  if (found && found.from !== "own") return compareStated(response, expected, found, { options, instruction });
  if (expected.number !== undefined) return givesNumber(response, expected, instruction);
  if (expected.option !== undefined) return givesOption(response, expected, options ?? new Map());
  if (expected.truth !== undefined) {
    const truth = found?.truth ?? truthIn(response);
    return truth === undefined ? "unknown" : agreement(truth === expected.truth);
  }
  if (expected.from === "mark") return agreement(holdsText(response, expected));
  const labels = labelsIn(instruction, expected.text);
  const label = labels && optionNamed(response, labels);
  if (label !== undefined) return agreement(label === plainWords(expected.text));
  if (holdsText(response, expected)) return "same";
  if (found === undefined || (expected.from === "own" && !asksForOne(instruction))) return "unknown";
  return compareAnswers(found, expected);
}

const name = String.raw`["“'‘]?[\p{L}-]{1,30}(?: [\p{L}-]{1,30})?["”'’]?`;
const choice = new RegExp(
  String.raw`(?<![\p{L}-])${name}(?:(?:,\s*(?:(?:or|and)\s)?|\s{1,2}(?:or|and|vs\.?|o|ou|oder|или|и)\s{1,2}|\s?\/\s?)${name})+`,
  "giu",
);
const between = /,\s*(?:(?:or|and)\s)?|\s+(?:or|and|vs\.?|o|ou|oder|или|и)\s+|\s*\/\s*/iu;

/**
 * The labels that an instruction lets choose from, as in "positive, negative or mixed". Undefined
 * unless the given one is among them.
 */
function labelsIn(instruction: string, label: string): Options | undefined {
  const own = plainWords(label);
  for (const [listed] of instruction.matchAll(choice)) {
    const names = listed.split(between);
    // The first and the last one may have other words of the sentence beside them.
    const labels = names.map((name, index) => {
      const words = plainWords(name).split(" ");
      return /["“”]/.test(name)
        ? words.join(" ")
        : index === 0
          ? (words.at(-1) ?? "")
          : index === names.length - 1
            ? (words[0] ?? "")
            : words.join(" ");
    });
    if (labels.length > 1 && labels.includes(own)) return new Map(labels.map((name) => [name, name]));
  }
  return undefined;
}

function compareStated(
  response: string,
  expected: FinalAnswer,
  found: FinalAnswer,
  { options, instruction }: { readonly options: Options | undefined; readonly instruction: string },
): Agreement {
  const compared = compareAnswers(found, expected, options);
  if (compared === "same" || expected.from === "mark" || isCheckable(expected)) return compared;
  if (holdsText(response, expected)) return "same";
  return expected.from === "own" && !asksForOne(instruction) ? "unknown" : compared;
}

function isCheckable({ number, option, truth }: AnswerValue): boolean {
  return number !== undefined || option !== undefined || truth !== undefined;
}

/** Whether a response holds an answer in words, or a short expression as it is written. */
function holdsText(response: string, { text, from }: FinalAnswer): boolean {
  const words = plainWords(text);
  if (/\p{L}{2}/u.test(words) && !/[\\^={}]/.test(text)) return holdsWords(plainWords(response), words);
  return from === "own" && plainText(response).replace(/\s+/g, "").includes(written(text));
}

/** Instructions that have more than one right answer. */
const open =
  /\b(?:suggest|recommend|write|create|generate|compose|invent|imagine|random|guess|synonym|antonym|rhym|rewrite|rephrase|paraphrase|translat|summar|slogan|title|headline|example|favou?rite|joke|poem|similar|alternative|describe|edit|your?|(?:name|give|pick|choose|find|provide|list|think of|what is|what's) (?:me )?(?:an?|one|some|any|two|three))\b/i;

function asksForOne(instruction: string): boolean {
  return (
    /[?？؟]|^(?:name|state|identify|give|tell me|find|determine|classify|answer)\b.*\bthe\b/i.test(instruction) && !open.test(instruction)
  );
}

function givesOption(response: string, expected: AnswerValue, options: Options): Agreement {
  const letter = optionMentioned(response);
  if (letter !== undefined && (options.size === 0 || options.has(letter))) return agreement(letter === expected.option);
  const named = optionNamed(response, options);
  if (named !== undefined) return agreement(named === expected.option);
  const { optionText } = expected;
  if (optionText !== undefined && holdsWords(plainWords(response), plainWords(optionText))) return "same";
  const words = plainWords(response);
  return [...options.values()].some((option) => holdsWords(words, option)) ? "unknown" : "different";
}

function givesNumber(response: string, expected: FinalAnswer, instruction: string): Agreement {
  // An answer that is announced and cannot be read is not the expected one.
  if (lastSaid(response) !== undefined) return "different";
  const text = response.trim();
  const lastParagraph = text.split(/\n\s*\n/).at(-1) ?? "";
  const bold = [...lastParagraph.matchAll(/\*\*([^*\n]+)\*\*/g)].map(([, bolded = ""]) => readAnswer(bolded));
  const lastBold = bold.findLast(({ number }) => number !== undefined) ?? bold.at(-1);
  if (lastBold?.number !== undefined) return agreement(sameNumber(lastBold, expected));
  if (lastNumbersOf(text).some((last) => sameNumber(last, expected))) return "same";
  const lastSentence = text.split(/[.!?]\s+|\n+|[。！]/).at(-1) ?? "";
  const inWords = /\p{Nd}/u.test(lastSentence) ? undefined : saysInWords(lastSentence, expected.number ?? NaN);
  if (inWords === true) return "same";
  if (inWords === false && sameNumber(readAnswer(lastSentence), expected)) return "same";
  if (inWords === false && expected.from === "own" && numbersIn(text).length === 0) return open.test(instruction) ? "unknown" : "different";
  if (expected.from === "own" && asksElse(text, expected, instruction)) return "unknown";
  return mayHaveSaid(text, expected) ? "unknown" : "different";
}

/** A number that is given as an answer, in a response that may say it in passing. */
function asksElse(response: string, expected: AnswerValue, instruction: string): boolean {
  const numbers = numbersIn(response);
  return numbers.length === 0 || open.test(instruction) || numbers.some((number) => sameNumber({ text: "", number }, expected));
}

/**
 * Whether the number is in the last sentence with numbers among others, or alone in the first one.
 * A sentence that draws the conclusion is the last word.
 */
function mayHaveSaid(response: string, expected: AnswerValue): boolean {
  const holds = (sentence: string | undefined): number[] => numbersIn(sentence ?? "");
  const sentences = response.split(/[.!?]\s+|\n+|[。！]/).filter((sentence) => /\d/.test(sentence));
  const [first, last] = [sentences[0], sentences.at(-1)];
  const isExpected = (number: number): boolean => sameNumber({ text: "", number }, expected);
  if (holds(last).length > 1 && holds(last).some(isExpected)) return !(last ?? "").includes("=");
  const opening = holds(first);
  return (
    opening.length === 1 &&
    opening.every(isExpected) &&
    !/\b(?:total|altogether|therefore|so|thus|hence|result|left|equals)\b|=/i.test(last ?? "")
  );
}

const letter = String.raw`(?![${glued}])\p{L}`;
/** Words behind a number that has ended, as in "72 clips in April and May". */
const sentenceGoesOn = /\s(?:and|or|to|than|more|less|fewer|over|not|instead|rather)\b/i;
const lastNumber = new RegExp(
  String.raw`(?:(?<!(?:[\d.^_)]|${letter})\s?)-\s?)?\p{Sc}?\s?(?<!(?:[\d.,^_]|${letter})[-+]?)(?<!\b(?:not|never)\s)\d[\d,.]*(?:\s*\/\s*\d+)?[^\d]*$`,
  "u",
);

/**
 * The last number of a response, with its unit, and the number behind the last equals sign of its
 * line. Empty when the last digits belong to an expression such as 10^8.
 */
function lastNumbersOf(response: string): AnswerValue[] {
  const lastLine = response.split("\n").findLast((line) => /\p{N}/u.test(line)) ?? "";
  const plain = joinedThousands(plainText(lastLine.slice(-400))).replace(/(?<=\d)!+(?=\s|$)/g, "");
  const [last = ""] = lastNumber.exec(plain) ?? [];
  const found = numbersIn(last).length === 1 ? [readAnswer(last.split(sentenceGoesOn, 1)[0] ?? last, { reason: true })] : [];
  const [, result] = /=\s*(\p{Sc}?-?\d[\d,.]*(?![\d^*/+]|\s*[-*/+^×÷]))[^=]*$/u.exec(plain) ?? [];
  return result === undefined ? found : [...found, readAnswer(result)];
}
