/**
 * The value of an answer. It is a number with what belongs to it, or an expression that is compared
 * as it is written.
 */
export interface AnswerValue {
  /** The answer as written, for people. */
  readonly text: string;
  /** Undefined for an expression. */
  readonly number?: number;
  readonly isPercent?: boolean;
  /** A unit of measure in its short form. Other words after a number are ignored. */
  readonly unit?: string;
}

const digits = String.raw`(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)`;
const sign = String.raw`(?:(?:-|minus\b|negative\b)\s*)?`;
const currency = String.raw`(?:[$€£¥₹]|us\$|usd\b|eur\b|rs\.?)?\s*`;
const fraction = String.raw`(?:\s+(\d+)\s*/\s*(\d+)|\s*/\s*(\d+(?:\.\d+)?))?`;
const power = String.raw`(?:e([+-]?\d+)|\s*(?:x|×|\*|times)\s*10\s*\^\s*\(?(-?\d+)\)?)?`;
/** Matches a number at the beginning of an answer, and what follows the number. */
const leading = new RegExp(
  String.raw`^(?:about|approximately|roughly|only|exactly|≈|~)?\s*(${sign})${currency}(${sign})(${digits})${fraction}${power}(?![\d.]*\d)(.*)$`,
  "isu",
);

const scales: Readonly<Record<string, number>> = { hundred: 1e2, thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };
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
    plainText(afterEquals(answer))
      .replace(/\s+/g, " ")
      .replace(/^[\p{L} ]{1,30}: /u, ""),
  );
  const match = leading.exec(plain);
  if (!match) return { text: written };
  const [, outerSign = "", innerSign = "", whole = "", over, under, divisor, exponent, exponentOfTen, rest = ""] = match;
  const after = readRest(rest);
  if (after === undefined) return { text: written };
  let value = Number(whole.replaceAll(",", ""));
  if (over !== undefined && under !== undefined) value += Number(over) / Number(under);
  if (divisor !== undefined) value /= Number(divisor);
  value *= 10 ** Number(exponent ?? exponentOfTen ?? 0) * after.scale;
  if (!Number.isFinite(value)) return { text: written };
  const { isPercent, unit } = after;
  return { text: written, number: outerSign + innerSign === "" ? value : -value, isPercent, ...(unit === undefined ? {} : { unit }) };
}

/** Longer texts are no final answers, and cost time. */
const longestAnswer = 200;
/** Words that make a number part of something else, such as a range, a sum or a correction. */
const notAlone = /\b(?:or|and|to|than|minus|plus|times|divided|over|less|more|fewer|wrong|not|isn't|instead|rather|percent)\b/i;

/** The answer without its reason. Of "72, because 48 and 24 make 72" this is "72". */
function withoutReason(sentence: string): string {
  return sentence.split(/[,;]?\s+(?:because|since|as|so|for)\s/i, 1)[0] ?? sentence;
}

/** Reads what follows a number. Undefined when the number belongs to an expression. */
function readRest(rest: string): { scale: number; isPercent: boolean; unit?: string } | undefined {
  const percent = /^\s*(?:%|percent\b|per cent\b)/i.exec(rest);
  let words = rest.slice(percent?.[0].length ?? 0);
  const scaled = /^\s+(hundred|thousand|million|billion|trillion)\b/i.exec(words);
  if (scaled) words = words.slice(scaled[0].length);
  const found = { scale: scales[scaled?.[1]?.toLowerCase() ?? ""] ?? 1, isPercent: percent !== null };
  const [, first] = /^\s*([\p{L}]+)/u.exec(words) ?? [];
  const unit = first === undefined ? undefined : unitOf(first);
  // "5x" and "5xy" are expressions, "5km" is a length.
  if (/^[\p{L}(]/u.test(words) && unit === undefined) return undefined;
  const sentence = words.replace(/^\s*(?:sq(?:uare)?|cubic)?\s*[\p{L}]+(?:\s*\^\s*[23])?/u, "");
  const clean = /^[\s\p{L}.,;:'’"()/-]*$/u.test(sentence) && !/^\s*[(/-]/.test(words);
  if (!clean || notAlone.test(words)) return undefined;
  // One letter after a space is a variable, as in "5 x".
  if (first !== undefined && first.length === 1 && unit === undefined) return undefined;
  return unit === undefined ? found : { ...found, unit: /^\s*(?:sq|square|cubic)|\^\s*[23]/.test(words) ? words.trim() : unit };
}

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
 * Whether two answers are the same. Numbers are compared as numbers, so that 1,234 is 1234.0, 1/2
 * is 0.5 and 5% is 0.05. Numbers with different units differ. Anything else is compared as it is
 * written.
 */
export function sameAnswer(a: AnswerValue, b: AnswerValue): boolean {
  if (a.number === undefined || b.number === undefined) return a.number === b.number && written(a.text) === written(b.text);
  if (a.unit !== undefined && b.unit !== undefined && a.unit !== b.unit) return false;
  const valueOf = (answer: AnswerValue): number => (answer.number ?? NaN) / (answer.isPercent ? 100 : 1);
  return equalNumbers(valueOf(a), valueOf(b));
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
function written(text: string): string {
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
    .normalize("NFKC")
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

/**
 * Numbers that stand alone in a text. A number that is part of a word, of an exponent or of a
 * longer number is left out. A fraction such as 1/2 is the number 0.5.
 */
export function numbersIn(text: string): number[] {
  const found = (text.length > longestDressed ? text : plainText(text)).matchAll(
    /(?<![\p{L}\d.^_])(-?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s*\/\s*(\d+(?:\.\d+)?))?(?![\d^]|\.\d|\p{L})/gu,
  );
  return [...found]
    .map(([, minus, whole = "", under]) => ((minus === "-" ? -1 : 1) * Number(whole.replaceAll(",", ""))) / Number(under ?? 1))
    .filter(Number.isFinite);
}
