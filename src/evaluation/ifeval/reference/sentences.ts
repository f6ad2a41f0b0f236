import { isLower, isUpper, nltkSpace as space, nltkWord as word, stripEnd } from "./python-text.ts";
import { punktEnglish, type PunktModel } from "./punkt-english.ts";

/*
 * Punkt (Kiss and Strunk 2006, Unsupervised Multilingual Sentence Boundary Detection), with the
 * English model and the rules of NLTK 3.10, which the reference counts sentences with. A period
 * ends a sentence unless its word is an abbreviation, an initial or an ordinal. Then the next word
 * decides, by how it was written in the corpus.
 */

/** Characters that stand in no word. */
const outside = String.raw`[)";}\]*:@'({[‘’“”«»?!]`;
const runs = String.raw`(?:-{2,}|\.{2,}|(?:\.[${space}]){2,}\.)`;
const notSpace = `[^${space}]`;
const wordEnd = `(?=[${space}]|$|${outside}|${runs}|,(?=$|[${space}]|${outside}|${runs}))`;
const tokenPattern = new RegExp(String.raw`${runs}|(?=[^("\x60{[:;&#*@)}\]\-,])${notSpace}+?${wordEnd}|${notSpace}`, "gu");
const candidate = new RegExp(`[.?!](?=(${outside}|[${space}]+(${notSpace}+)))`, "gu");
/** What closes a quotation or a bracket belongs to the sentence before it. */
const closing = new RegExp(String.raw`^["')\]}‘’“”«»]+?(?:[${space}]+|(?=--)|$)`, "u");
const number = /^-?[.,]?\p{Nd}[\p{Nd},.-]*\.?$/u;
const numberType = "##number##";
const initial = new RegExp(String.raw`^(?!\p{Nd})[${word}]\.$`, "u");
const asciiSpace = /[ \t\n\r\v\f]/;

interface Token {
  readonly text: string;
  /** In small letters. All numbers are of one type. */
  readonly type: string;
  readonly isAbbreviation: boolean;
  readonly isEllipsis: boolean;
  /** Whether its form alone says that a sentence ends after it. */
  readonly mayEnd: boolean;
}

/** A stop of a text that may end a sentence. */
interface Stop {
  /** From the beginning of the word before the stop to the end of the token after it. */
  readonly context: string;
  /** Where the sentence before it would end. */
  readonly end: number;
  /** Where the sentence after it would begin. */
  readonly next: number;
}

/** The sentences of a text, in order. */
export function sentencesOf(text: string): string[] {
  const model = punktEnglish();
  const slices: { readonly start: number; readonly end: number }[] = [];
  let start = 0;
  for (const { context, end, next } of stopsOf(text)) {
    if (!holdsBreak(context, model)) continue;
    slices.push({ start, end });
    start = next;
  }
  slices.push({ start, end: stripEnd(text).length });
  const sentences: string[] = [];
  let taken = 0;
  for (const [index, slice] of slices.entries()) {
    const after = slices[index + 1];
    const closes = after === undefined ? undefined : closing.exec(text.slice(after.start, after.end))?.[0];
    const end = after === undefined || closes === undefined ? slice.end : after.start + stripEnd(closes).length;
    const from = slice.start + taken;
    if (closes !== undefined || from < end) sentences.push(text.slice(from, end));
    taken = closes?.length ?? 0;
  }
  return sentences;
}

/** The stops of a text. Of several that stand in one word, as in "Oh!?", the last one. */
function* stopsOf(text: string): Generator<Stop> {
  let last: (Stop & { readonly wordStart: number }) | undefined;
  for (const match of text.matchAll(candidate)) {
    const [stop, following = "", nextToken] = match;
    const spaced = startAfterSpace(text, last === undefined ? 0 : last.end - 1, match.index);
    const wordStart = spaced ?? last?.wordStart ?? 0;
    if (last !== undefined && last.end - 1 <= wordStart) yield last;
    last = {
      context: text.slice(wordStart, match.index) + stop + following,
      wordStart,
      end: match.index + 1,
      next: nextToken === undefined ? match.index + 1 : match.index + 1 + following.length - nextToken.length,
    };
  }
  if (last !== undefined) yield last;
}

/** The place after the last whitespace between two places. Whitespace at the first is not seen. */
function startAfterSpace(text: string, from: number, to: number): number | undefined {
  for (let place = to - 1; place > from; place--) if (asciiSpace.test(text.charAt(place))) return place + 1;
  return undefined;
}

/** Whether a token of a text ends a sentence and another token follows it. */
function holdsBreak(text: string, model: PunktModel): boolean {
  const tokens = tokensOf(text, model);
  return tokens.some((token, index) => {
    const next = tokens[index + 1];
    return next !== undefined && endsSentence(token, next, model);
  });
}

function tokensOf(text: string, { abbreviations }: PunktModel): Token[] {
  const tokens = text.split("\n").flatMap((line) => line.match(tokenPattern) ?? []);
  return tokens.map((token) => {
    const type = token.toLowerCase();
    const hasPeriod = token.endsWith(".");
    const isStop = token === "." || token === "?" || token === "!";
    const isEllipsis = /^\.{2,}$/.test(token);
    const stem = type.slice(0, -1);
    const mayAbbreviate = hasPeriod && !isStop && !token.endsWith("..");
    const isAbbreviation = mayAbbreviate && (abbreviations.has(stem) || abbreviations.has(stem.slice(stem.lastIndexOf("-") + 1)));
    return {
      text: token,
      type: number.test(type) ? numberType : type,
      isAbbreviation,
      isEllipsis,
      mayEnd: isStop || (mayAbbreviate && !isAbbreviation),
    };
  });
}

function withoutPeriod(type: string): string {
  return type.length > 1 && type.endsWith(".") ? type.slice(0, -1) : type;
}

function endsSentence(token: Token, next: Token, model: PunktModel): boolean {
  if (!token.text.endsWith(".")) return token.mayEnd;
  const type = withoutPeriod(token.type);
  const nextType = next.mayEnd ? withoutPeriod(next.type) : next.type;
  if (model.collocations.has(`${type} ${nextType}`)) return false;
  const isInitial = initial.test(token.text);
  const startsSentence = looksLikeStart(next, nextType, model);
  if ((token.isAbbreviation || token.isEllipsis) && !isInitial) {
    if (startsSentence === true) return true;
    if (startsUpper(next) && model.starters.has(nextType)) return true;
  }
  if (isInitial || type === numberType) {
    if (startsSentence === false) return false;
    if (startsSentence === undefined && isInitial && startsUpper(next) && !model.small.has(nextType)) return false;
  }
  return token.mayEnd;
}

/**
 * Whether a token looks like the first of a sentence, by how its word was written in the corpus.
 * Undefined where the corpus does not tell.
 */
function looksLikeStart(token: Token, type: string, { small, smallAndCapital }: PunktModel): boolean | undefined {
  if (/^[;:,.!?]$/.test(token.text) || isLower(firstOf(token))) return false;
  return startsUpper(token) && small.has(type) && !smallAndCapital.has(type) ? true : undefined;
}

function startsUpper(token: Token): boolean {
  return isUpper(firstOf(token));
}

function firstOf({ text }: Token): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}
