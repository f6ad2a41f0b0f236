import { withDigits } from "./number-words.ts";
import { readTruth } from "./truth.ts";

/**
 * The value of an answer. It is a number with what belongs to it, the letter of an option, yes or
 * no, or an expression or words that are compared as they are written.
 */
export interface AnswerValue {
  /** The answer as written, for people. */
  readonly text: string;
  readonly number?: number;
  /** What the number is where `1.234` and `1,234` have the other meaning. */
  readonly otherNumber?: number;
  /** An option's letter in upper case. */
  readonly option?: string;
  /** What stands beside the letter, as in "C. Paris". */
  readonly optionText?: string;
  /** True for "yes", "true" and the like, false for their opposites. */
  readonly truth?: boolean;
  readonly isPercent?: boolean;
  /** A unit of measure in its short form. Other words after a number are ignored. */
  readonly unit?: string;
}

const digits = String.raw`(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)`;
/** Scripts without spaces or letter case, whose words may touch a number. */
export const glued = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}`;
const sign = String.raw`(?:(?:-|minus\b|negative\b)\s*)?`;
const currency = String.raw`(?:us\$|r\$|usd\b|eur\b|rs\.?|\p{Sc})?\s*`;
const fraction = String.raw`(?:\s+(\d+)\s*/\s*(\d+)|\s*/\s*(\d+(?:\.\d+)?))?`;
const power = String.raw`(?:e([+-]?\d+)|\s*(?:x|×|\*|times)\s*10\s*\^\s*\(?(-?\d+)\)?)?`;
/** Matches a number at the beginning of an answer, and what follows the number. */
const leading = new RegExp(
  String.raw`^(?:about|approximately|roughly|only|exactly|≈|~)?\s*(${sign})${currency}(${sign})(${digits})${fraction}${power}(?![\d.]*\d)(.*)$`,
  "isu",
);

const scales: Readonly<Record<string, number>> = {
  hundred: 1e2, thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12, mil: 1e3, mille: 1e3, mila: 1e3, tausend: 1e3, тысяч: 1e3, millones: 1e6, millions: 1e6,
  millionen: 1e6, milhões: 1e6, milioni: 1e6, миллиона: 1e6, миллионов: 1e6, 百: 1e2, 千: 1e3, 万: 1e4, 萬: 1e4, 만: 1e4, 億: 1e8, 亿: 1e8, 억: 1e8,
}; // prettier-ignore
const scaled = new RegExp(
  String.raw`^\s*(?:(?<=\s)(${Object.keys(scales)
    .filter((word) => word.length > 1)
    .join("|")})(?!\p{L})|([百千万萬만億亿억]))`,
  "iu",
);
const unitNames: Readonly<Record<string, string>> = {
  millimeter: "mm", millimetre: "mm", centimeter: "cm", centimetre: "cm", meter: "m", metre: "m", kilometer: "km", kilometre: "km", inch: "in", inches: "in",
  foot: "ft", feet: "ft", yard: "yd", mile: "mi", gram: "g", kilogram: "kg", milligram: "mg", pound: "lb", lbs: "lb", ounce: "oz", liter: "l", litre: "l",
  milliliter: "ml", millilitre: "ml", second: "s", sec: "s", minute: "min", hour: "h", hr: "h", day: "day", week: "week", month: "month", year: "year", cent: "cent",
}; // prettier-ignore
const shortUnits = new Set(Object.values(unitNames));

/**
 * Reads a text that is an answer and nothing else. A number may have a sign, a currency, a percent
 * sign, a scale word (million) and a unit. It may follow an equation (`x = 5`, `48 + 24 = 72`).
 * With `reason`, a reason may follow the answer ("72, because ..."). Any other text is an
 * expression, of which at most 200 characters are kept.
 */
export function readAnswer(text: string, { reason = false } = {}): AnswerValue {
  const written = withoutStops(text.trim());
  if (written.length > longestAnswer) return { text: written.slice(0, longestAnswer).toWellFormed() };
  const answer = reason ? withoutReason(written) : written;
  const plain = withoutStops(
    joinedThousands(plainText(afterEquals(answer)))
      .replace(/\s+/g, " ")
      .replace(/^[\p{L} ]{1,30}: /u, "")
      .replace(/^[*_"“”'‘’「«\s]+|(?:[*_"“”'‘’」»\s]|\p{So}|\uFE0F|です|입니다|이다| है|।)+$/gu, ""),
  );
  const truth = readTruth(plain);
  if (truth !== undefined) return { text: written, truth };
  const option = optionalLetter.exec(plain);
  if (option) return { text: written, ...readOption(option) };
  const match = leading.exec(withDigits(plain));
  if (!match) return { text: written };
  const [, outerSign = "", innerSign = "", whole = "", over, under, divisor, exponent, exponentOfTen, rest = ""] = match;
  const after = readRest(rest);
  if (after === undefined) return { text: written };
  const factor =
    ((outerSign + innerSign === "" ? 1 : -1) * 10 ** Number(exponent ?? exponentOfTen ?? 0) * after.scale) / Number(divisor ?? 1);
  const added = over !== undefined && under !== undefined ? Number(over) / Number(under) : 0;
  const number = (Number(whole.replaceAll(",", "")) + added) * factor;
  if (!Number.isFinite(number)) return { text: written };
  const { isPercent, unit } = after;
  const other = otherReading.test(whole)
    ? { otherNumber: Number(whole.replace(/[.,]/, (mark) => (mark === "," ? "." : ""))) * factor }
    : {};
  return { text: written, number, ...other, isPercent, ...(unit === undefined ? {} : { unit }) };
}

/** `1,234` and `1.234`, which mean different numbers in different languages. */
const otherReading = /^[1-9]\d{0,2}[.,]\d{3}$/;

/** Joins thousands that are set off by spaces, apostrophes or dots, and reads a decimal comma. */
export function joinedThousands(text: string): string {
  if (!/\d[ '’.,]\d/.test(text)) return text;
  return text
    .replace(/(?<![\d.,])\d{1,3}(?:[ '’]\d{3})+(?![\d/]| *\/)/g, (number) => number.replace(/[ '’]/g, ""))
    .replace(/(?<![\d.,])\d{1,3}(?:\.\d{3})+,\d+(?![\d.,])/g, (number) => number.replaceAll(".", "").replace(",", "."))
    .replace(/(?<![\d.,])\d{1,3}(?:\.\d{3}){2,}(?![\d.,])/g, (number) => number.replaceAll(".", ""))
    .replace(/(?<![\d.,])\d{1,2}(?:,\d{2})+,\d{3}(?![\d,])/g, (number) => number.replaceAll(",", ""))
    .replace(/(?<![\d.,])\d+,(?:\d{1,2}|\d{4,})(?![\d,.]*\d)/g, (number) => number.replace(",", "."));
}

/** An option's letter, alone or with the option's text behind a mark. */
const optionalLetter =
  /^(?:(?:(?:the|la|die|a|o)\s|l['’])?(?:option|choice|opción|opção|alternativa|opzione|вариант|选项|選項|選択肢|विकल्प|الخيار)\s*)?(?:[([（]\s*([A-Ja-j])\s*[)\]）]|([A-J])|([a-j])\))(?:$|[.):\]]?\s*(?<=[.):\]）]\s*)(.{1,120})$)/su;

function readOption([, inBrackets, bare, lower, text]: RegExpExecArray): Pick<AnswerValue, "option" | "optionText"> {
  const option = (inBrackets ?? bare ?? lower ?? "").toUpperCase();
  return text === undefined || text.trim() === "" ? { option } : { option, optionText: text.trim() };
}

/** Longer texts are no final answers, and cost time. */
const longestAnswer = 200;
/** Words that make a number part of something else, such as a range, a sum or a correction. */
const notAlone = /\b(?:or|and|to|than|minus|plus|times|divided|over|less|more|fewer|wrong|not|isn't|instead|rather|percent)\b/i;

/** The answer without its reason. Of "72, because 48 and 24 make 72" this is "72". */
function withoutReason(sentence: string): string {
  return (
    sentence.split(
      /[,;]?\s+(?:because|since|as|so|for|porque|ya que|parce que|car|weil|denn|da|perché|потому что|так как)\s|[,，]?\s*(?:因为|因為|なぜなら)/i,
      1,
    )[0] ?? sentence
  );
}

/** Reads what follows a number. Undefined when the number belongs to an expression. */
function readRest(rest: string): { scale: number; isPercent: boolean; unit?: string } | undefined {
  const percent =
    /^\s*(?:%|percent\b|per cent\b|por ciento|pour cent|prozent\b|por cento|per cento|процент\p{L}*|パーセント|퍼센트|प्रतिशत|بالمئة)/iu.exec(
      rest,
    );
  let words = rest.slice(percent?.[0].length ?? 0);
  const scale = scaled.exec(words);
  if (scale) words = words.slice(scale[0].length);
  const found = { scale: scales[(scale?.[1] ?? scale?.[2])?.toLowerCase() ?? ""] ?? 1, isPercent: percent !== null };
  const [, first] = /^\s*([\p{L}\p{M}]+)/u.exec(words) ?? [];
  const unit = first === undefined ? undefined : unitOf(first);
  // "5x" and "5xy" are expressions, "5km" is a length, and "4个" a count.
  if (/^[\p{L}(]/u.test(words) && unit === undefined && !startsGlued.test(words)) return undefined;
  const sentence = words.replace(/^\s*(?:sq(?:uare)?|cubic)?\s*[\p{L}\p{M}]+(?:\s*\^\s*[23]|[!！])?/u, "");
  const clean = /^(?:[\s\p{L}\p{M}\p{Sc}\p{So}.,;:'’"()/।。、，-]|(?<=\p{L})[!！])*$/u.test(sentence) && !/^\s*[(/-]/.test(words);
  if (!clean || notAlone.test(words)) return undefined;
  // One letter after a space is a variable, as in "5 x".
  if (first !== undefined && first.length === 1 && unit === undefined && !startsGlued.test(first)) return undefined;
  return unit === undefined ? found : { ...found, unit: /^\s*(?:sq|square|cubic)|\^\s*[23]/.test(words) ? words.trim() : unit };
}

const startsGlued = new RegExp(`^[${glued}]`, "u");

function unitOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  const singular = unitNames[lower] ?? unitNames[lower.replace(/s$/, "")] ?? lower;
  return shortUnits.has(singular) ? singular : undefined;
}

/**
 * The text after the last equals sign. A text with an inequality or with `:=` is returned whole.
 */
function afterEquals(text: string): string {
  const at = text.lastIndexOf("=");
  return at === -1 || /[<>≤≥≠]|\\(?:le|ge|ne|lt|gt)\b|[!:]=/.test(text) ? text : text.slice(at + 1);
}

/**
 * Whether two numbers are the same, so that 1,234 is 1234.0, 1/2 is 0.5 and 5% is 0.05. Numbers
 * with different units differ. Answers that are no numbers are not the same.
 */
export function sameNumber(a: AnswerValue, b: AnswerValue): boolean {
  if (a.unit !== undefined && b.unit !== undefined && a.unit !== b.unit) return false;
  return readingsOf(a).some((one) => readingsOf(b).some((other) => equalNumbers(one, other)));
}

function readingsOf({ number, otherNumber, isPercent }: AnswerValue): number[] {
  return [number, otherNumber].flatMap((reading) => (reading === undefined ? [] : reading / (isPercent ? 100 : 1)));
}

/**
 * Whole numbers must be equal. Others may differ by 2e-6 of the larger one, which is what rounding
 * in a computation may cost.
 */
function equalNumbers(a: number, b: number): boolean {
  if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
  return Math.abs(a - b) <= 2e-6 * Math.max(Math.abs(a), Math.abs(b));
}

/** An expression without white space. A single word is in lower case. */
export function written(text: string): string {
  const squeezed = withoutStops(plainText(text)).replace(/\s+/g, "");
  return /^[\p{L}]{2,}$/u.test(squeezed) ? squeezed.toLowerCase() : squeezed;
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * A text without the white space and the `.,;:` at its end. This is a loop, because a regular
 * expression for it takes quadratic time on dotted lines.
 */
function withoutStops(text: string): string {
  let end = text.length;
  while (end > 0 && " .,;:\n\t".includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Removes LaTeX and Markdown markup, so that `\$\frac{1}{2}` and `**1/2**` read alike. */
export function plainText(text: string): string {
  return text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (digit) => `^${superscripts.indexOf(digit)}`)
    .replace(/(?<=\d)[\u00A0\u2009\u202F](?=\d{3})/g, "")
    .normalize("NFKC")
    .replaceAll("\u2044", "/")
    .replace(/[\u0660-\u0669\u06F0-\u06F9\u0966-\u096F]/g, (digit) => String((digit.charCodeAt(0) & 15) - (digit >= "\u0966" ? 6 : 0)))
    .replace(/(?<=\d)[\u066B\u066C](?=\d)/g, (mark) => (mark === "\u066B" ? "." : ","))
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/(\d)\s*\\[dtc]?frac/g, "$1 \\frac")
    .replace(/\\[dtc]?frac\s*(\d)\s*(\d)/g, "$1/$2")
    .replace(/\\[dtc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, (_, over: string, under: string) => `${grouped(over)}/${grouped(under)}`)
    .replace(/\^\s*\{([^{}]*)\}/g, (_, exponent: string) => `^${grouped(exponent)}`)
    .replace(/\\(?:times|cdot)/g, "*")
    .replace(/\\(?:text|mathrm|mathbf|textbf|operatorname)\s*\{([^{}]*)\}/g, " $1 ")
    .replace(/\\(?:left|right|displaystyle|[,!;: ])/g, "")
    .replace(/\^\s*\\?circ\b|°/g, "")
    .replace(/\*\*|__|\\?\$|`|[{}]/g, "")
    .replace(/\\%/g, "%")
    .replace(/\\[()[\]]/g, "")
    .trim()
    .replace(/^\((.)\)$/, "$1");
}

function grouped(expression: string): string {
  const inner = expression.trim();
  return /^[\w.]*$/.test(inner) ? inner : `(${inner})`;
}

/** Characters from which on a text is searched for numbers without removing markup first. */
const longestDressed = 20_000;

/** A letter that does not make a number part of a word is one of the glued scripts. */
const numberAlone = new RegExp(
  String.raw`(?<![\d.^_]|(?![${glued}])\p{L}|\d[eE][+-])(-?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s*\/\s*(\d+(?:\.\d+)?))?(?![\d^]|\.\d|(?![${glued}])\p{L})`,
  "gu",
);

/**
 * Numbers that stand alone in a text. A number that is part of a word, of an exponent or of a
 * longer number is left out. A fraction such as 1/2 is the number 0.5.
 */
export function numbersIn(text: string): number[] {
  const found = (text.length > longestDressed ? text : plainText(text)).matchAll(numberAlone);
  return [...found]
    .map(([, minus, whole = "", under]) => ((minus === "-" ? -1 : 1) * Number(whole.replaceAll(",", ""))) / Number(under ?? 1))
    .filter(Number.isFinite);
}
