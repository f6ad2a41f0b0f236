/** A natural language. */
export interface Language {
  /** ISO 639-1, such as `de`. */
  readonly code: string;
  /** In English, such as `German`. */
  readonly name: string;
}

/** Characters that are looked at. The detector itself reads some 350 bytes of them. */
const looked = 800;
/** Fewer letters do not show a language. */
const leastLetters = { row: 10, phrase: 20 };
/** A character of Han, Kana or Hangul shows as much as this many letters. */
const wideLetters = 3;
/** Of texts with a larger share of symbols most is code. */
const mostSymbols = 0.08;
/** By how much of its score the likeliest language must be ahead of the next one. */
const leastAhead = { row: 0.02, phrase: 0.05 };
/**
 * A language with a larger share of the likeliest one's score may be the text's, as Danish may be
 * where Norwegian is the likeliest.
 */
const mostAlike = 0.85;

const code = /```[^]*?(?:```|$)|`[^`\n]*`|https?:\/\/\S+|\$[^$\n]+\$|<[^<>\n]*>/g;
const quotation = /"[^"\n]*"|“[^”\n]*”|«[^»\n]*»|„[^“\n]*“|「[^」\n]*」/g;
const symbols = /[{}()[\]<>=;_/\\|+*#@$%^&~`]/g;
const wide = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}`;
const wideScripts = new RegExp(`[${wide}ー々]+`, "gu");
/** Words that hardly any other language has, in a text of plain ASCII. They spare the detector. */
const english = /^(?=[ -~]*$).*\b(?:the|with|you|your|that|which|and|are)\b/i;

const names = new Intl.DisplayNames(["en"], { type: "language" });

/** What is used of Nito-ELD. Its own type would be missing where this program is installed. */
interface NGrams {
  detect(text: string): { readonly language: string; getScores(): Readonly<Record<string, number>> };
}

/** Finds out the language of texts. */
export class LanguageDetector {
  readonly #eld: NGrams;

  constructor(detector: NGrams) {
    this.#eld = detector;
  }

  /**
   * The language of the first text that shows one. Undefined if none does, because the texts are
   * short, mostly code, or could be in several languages.
   */
  detect(texts: Iterable<string>): Language | undefined {
    for (const text of texts) {
      const shown = shownByScript(text);
      if (shown !== undefined) return { code: shown, name: nameOf(shown) };
      const found = this.#scores(text, leastLetters.row);
      if (found !== undefined && found.ahead >= leastAhead.row) return { code: found.code, name: nameOf(found.code) };
    }
    return undefined;
  }

  /** Whether a text is surely in another language than the given one. */
  isOther(text: string, { code: own }: Language): boolean {
    if (own === "en" && english.test(text)) return false;
    const found = this.#scores(text, leastLetters.phrase);
    return found !== undefined && found.code !== own && found.ahead >= leastAhead.phrase && found.alike(own) < mostAlike;
  }

  #scores(text: string, least: number): Scores | undefined {
    const prose = proseOf(text);
    if (prose === undefined || !hasLetters(prose, least)) return undefined;
    const found = this.#eld.detect(prose);
    const scores = found.getScores();
    const [first = 0, second = 0] = Object.values(scores);
    if (first === 0) return undefined;
    return { code: found.language, ahead: 1 - second / first, alike: (other) => (scores[other] ?? 0) / first };
  }
}

/** Scripts that show a language in a text of a few characters, the rarer ones first. */
const scripts = [
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ["ko", /\p{Script=Hangul}/u],
  ["zh", /\p{Script=Han}/u],
] as const;

/** The language of a text whose words are all in one of these scripts. */
function shownByScript(text: string): string | undefined {
  const start = text.slice(0, looked);
  if (
    !/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(start) ||
    /\p{L}/u.test(start.replace(wideScripts, ""))
  )
    return undefined;
  return scripts.find(([, script]) => script.test(start))?.[0];
}

interface Scores {
  readonly code: string;
  readonly ahead: number;
  readonly alike: (code: string) => number;
}

let loaded: Promise<LanguageDetector> | undefined;

/**
 * Loads the detector, which is Nito-ELD with its smallest set of n-grams. It takes some 30 MB of
 * heap and 0.15 s once, and then 0.03 ms a text.
 */
export function languageDetector(): Promise<LanguageDetector> {
  loaded ??= import("eld/extrasmall").then(({ eld: detector }) => new LanguageDetector(detector));
  return loaded;
}

/**
 * A text without code and links, and without quotations if something else is left. Undefined for a
 * text that is mostly code.
 */
function proseOf(text: string): string | undefined {
  const prose = text.slice(0, looked).replace(code, " ");
  const unquoted = prose.replace(quotation, " ");
  const rest = hasLetters(unquoted, leastLetters.row) ? unquoted : prose;
  return (rest.match(symbols)?.length ?? 0) > mostSymbols * rest.trim().length ? undefined : rest;
}

/** Patterns of at least so many letters, by their number. They stop at the last one they need. */
const patterns = new Map(
  Object.values(leastLetters).map((least) => [
    least,
    new RegExp(String.raw`(?:\p{L}\P{L}*){${least}}|(?:[${wide}][^${wide}]*){${Math.ceil(least / wideLetters)}}`, "u"),
  ]),
);

function hasLetters(text: string, least: number): boolean {
  return patterns.get(least)?.test(text) ?? false;
}

/** The detector has one model for Malay and Indonesian. */
function nameOf(code: string): string {
  return code === "ms" ? "Indonesian or Malay" : (names.of(code) ?? code);
}
