/** A response's checkable final answer: as written, and as a number where it is one. */
export interface FinalAnswer {
  readonly text: string;
  readonly number: number | undefined;
}

const option = /^\(?([A-J])\)?$/;

/**
 * The final answer of a response, by the marks that public maths sets use: GSM8K's `#### 72`, MATH's `\boxed{72}`, MetaMathQA's
 * "The answer is: 72" (also an option letter). The last mark of the strongest kind counts. Undefined when there is none.
 */
export function finalAnswerOf(response: string): FinalAnswer | undefined {
  const hashes = lastMatch(response, /^\s*####[ \t]*(\S[^\n]*)$/gm);
  if (hashes !== undefined && numberIn(hashes) !== undefined) return answer(hashes);
  const boxed = lastBoxed(response);
  if (boxed !== undefined && boxed.trim() !== "") return answer(boxed);
  const said = lastMatch(response, /\banswer is\b[:\s]*([^\n]+)/gi);
  if (said === undefined) return undefined;
  const sentence = said.split(/\.(?:\s|$)/, 1)[0] ?? said;
  const plain = plainText(sentence);
  return numberIn(sentence) !== undefined || option.test(plain) ? answer(sentence) : undefined;
}

/**
 * Whether a new response gives the expected final answer. Numbers are compared as numbers: 1,234 = 1234.0 = $1234, 0.5 = 1/2.
 * A response without a mark of its own must end on the number, or set it in bold.
 */
export function givesAnswer(response: string, expected: FinalAnswer): boolean {
  const found = finalAnswerOf(response);
  if (found) return sameAnswer(found, expected);
  if (expected.number === undefined) return squeeze(plainText(response)).includes(squeeze(plainText(expected.text)));
  const bold = lastMatch(response, /\*\*([^*\n]+)\*\*/g);
  const candidates = [numbersIn(response).at(-1), bold === undefined ? undefined : numberIn(bold)];
  return candidates.some((number) => number !== undefined && equalNumbers(number, expected.number ?? NaN));
}

export function sameAnswer(a: FinalAnswer, b: FinalAnswer): boolean {
  if (a.number !== undefined && b.number !== undefined) return equalNumbers(a.number, b.number);
  return squeeze(plainText(a.text)) === squeeze(plainText(b.text));
}

/** All numbers of a text, in order; thousands separators, LaTeX fractions and a/b are read. */
export function numbersIn(text: string): number[] {
  return [...plainText(text).matchAll(numbers)].map(valueOf).filter((value) => Number.isFinite(value));
}

/** The text's number, when it holds just one and is no expression such as `2x+3`. */
function numberIn(text: string): number | undefined {
  const plain = plainText(text);
  const found = [...plain.matchAll(numbers)];
  const [only] = found;
  if (only === undefined || found.length > 1) return afterEquals(plain, found);
  const after = plain.slice(only.index + only[0].length);
  // "3x", "5^2" and "(3," are no numbers; "72 clips", "72%" and "x = 72" are.
  if (/^[a-z](?![a-z])|^[\^_(!]/i.test(after) || /[\^_\\√]\s*$/.test(plain.slice(0, only.index))) return undefined;
  return valueOf(only);
}

/** "48 + 24 = 72": what stands after the last equals sign. */
function afterEquals(plain: string, found: readonly RegExpExecArray[]): number | undefined {
  const equals = plain.lastIndexOf("=");
  const last = found.at(-1);
  const before = found.at(-2);
  return equals !== -1 && last !== undefined && last.index > equals && (before?.index ?? 0) < equals ? valueOf(last) : undefined;
}

const numbers = /(?<![\p{L}\d.])(-?)(\d+(?:,\d{3})+(?!\d)|\d+)(\.\d+)?(?:\s*\/\s*(\d+(?:\.\d+)?))?/gu;

function valueOf(match: RegExpMatchArray): number {
  const [, sign, whole = "", fraction = "", divisor] = match;
  const value = Number(whole.replaceAll(",", "") + fraction) / Number(divisor ?? 1);
  return sign === "-" ? -value : value;
}

function equalNumbers(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
}

function answer(text: string): FinalAnswer {
  return { text: text.trim(), number: numberIn(text) };
}

/** Without LaTeX and markdown dress, so that `\$\frac{1}{2}` and `**1/2**` read alike. */
function plainText(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/\\[dtc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, "$1/$2")
    .replace(/\\(?:text|mathrm|mathbf|textbf|operatorname)\s*\{([^{}]*)\}/g, " $1")
    .replace(/\\(?:left|right|displaystyle|[,!;: ])/g, "")
    .replace(/\u2212/g, "-")
    .replace(/[$*`{}\\]|\^\s*\\?circ|°/g, "")
    .trim()
    .replace(/[.,;:!]+$/, "");
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, "").toLowerCase();
}

function lastMatch(text: string, pattern: RegExp): string | undefined {
  let last: string | undefined;
  for (const match of text.matchAll(pattern)) last = match[1];
  return last;
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
