import { z } from "zod";
import { numberOfPosition } from "../../../statistics/seeded-draw.ts";
import { assetText } from "./asset.ts";
import { isUpper } from "./python-text.ts";

/*
 * The language of a text as langdetect tells it (Nakatani Shuyo's language-detection, 2010). It is
 * naive Bayes over sequences of one to three characters. Each of seven trials draws sequences of
 * the text at random until one language is nearly certain. The reference draws others at each run,
 * so that it gives several languages for a text that could be in several. This one draws with a
 * seed and gives always the same. Chinese characters have no part in it, because `zh` is none of
 * the languages that the benchmark asks for.
 *
 * Words that begin with two capital letters are skipped. A text in capital letters alone shows only
 * its words of one letter. Without any, it shows no language.
 */

const trials = 7;
const seed = 0;
const mostDraws = 1_000;
const certain = 0.99999;
const leastProbability = 0.1;
/** The mean and the deviation of what each share is smoothed by, in units of 1/10,000. */
const smoothing = { mean: 0.5, deviation: 0.05 };
const mostCharacters = 10_000;

const url = /https?:\/\/[-_.?&~;+=/#0-9A-Za-z]{1,2076}/g;
const mail = /[-_.0-9A-Za-z]{1,64}@[-_0-9A-Za-z]{1,255}[-_.0-9A-Za-z]{1,255}/g;
const vietnameseMark = /[AEIOUYaeiouyÂÊÔâêôĂăƠơƯư][\u0300\u0301\u0303\u0309\u0323]/g;

interface Profiles {
  readonly languages: readonly string[];
  /** The share of a sequence among all of its length, language by language. */
  readonly shares: ReadonlyMap<string, Float64Array>;
}

const schema = z.object({
  languages: z.array(z.string()),
  grams: z.array(z.string()),
  shares: z.array(z.string()),
});
const firstLanguage = 0x100;
const firstShare = 0x200;

let profiles: Profiles | undefined;

function readProfiles(): Profiles {
  if (profiles !== undefined) return profiles;
  const { languages, grams, shares } = schema.parse(JSON.parse(assetText("language-profiles.json.gz")));
  const table = new Map<string, Float64Array>();
  for (const [index, gram] of grams.entries()) {
    const row = new Float64Array(languages.length);
    const pairs = shares[index] ?? "";
    for (let at = 0; at < pairs.length; at += 2) {
      row[pairs.charCodeAt(at) - firstLanguage] = Math.exp((firstShare - pairs.charCodeAt(at + 1)) / 16);
    }
    table.set(gram, row);
  }
  profiles = { languages, shares: table };
  return profiles;
}

/**
 * The code of a text's language in ISO 639-1, or `unknown` where several are as likely. Undefined
 * for a text that has nothing to tell it by.
 */
export function detectLanguage(text: string): string | undefined {
  const { languages, shares } = readProfiles();
  const found = sequencesOf(prepared(text), shares);
  if (found.length === 0) return undefined;
  const mean = new Float64Array(languages.length);
  let drawn = 0;
  const next = (): number => numberOfPosition(seed, drawn++) / 2 ** 53;
  for (let trial = 0; trial < trials; trial++) {
    const probabilities = new Float64Array(languages.length).fill(1 / languages.length);
    const smoothed = (smoothing.mean + gauss(next) * smoothing.deviation) / 10_000;
    for (let draw = 0; ; draw++) {
      const row = found[Math.floor(next() * found.length)];
      for (let at = 0; at < probabilities.length; at++) probabilities[at] = (probabilities[at] ?? 0) * (smoothed + (row?.[at] ?? 0));
      if (draw % 5 === 0 && (normalize(probabilities) > certain || draw >= mostDraws)) break;
    }
    for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] ?? 0) + (probabilities[at] ?? 0) / trials;
  }
  const best = Math.max(...mean);
  return best > leastProbability ? languages[mean.indexOf(best)] : "unknown";
}

/** A number of the standard normal distribution (Box and Muller 1958). */
function gauss(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Makes probabilities sum to 1. Returns the largest of them. */
function normalize(probabilities: Float64Array): number {
  const sum = probabilities.reduce((all, each) => all + each, 0);
  let largest = 0;
  for (let at = 0; at < probabilities.length; at++) {
    const probability = (probabilities[at] ?? 0) / sum;
    probabilities[at] = probability;
    largest = Math.max(largest, probability);
  }
  return largest;
}

/** A text without addresses, and without Latin letters where others are more than twice as many. */
function prepared(text: string): string[] {
  const plain = text
    .replace(url, " ")
    .replace(mail, " ")
    .replace(vietnameseMark, (both) => both.normalize("NFC"));
  const characters = Array.from(plain)
    .slice(0, mostCharacters)
    .filter((each, index, all) => each !== " " || all[index - 1] !== " ");
  const latin = characters.filter(isBasicLatin).length;
  const other = characters.filter((each) => each >= "\u0300" && !/[\u1e00-\u1eff]/.test(each)).length;
  return latin * 2 < other ? characters.filter((each) => !isBasicLatin(each)) : characters;
}

function isBasicLatin(character: string): boolean {
  return character >= "A" && character <= "z";
}

/** The shares of all sequences of one to three characters within words that a profile holds. */
function sequencesOf(characters: readonly string[], shares: ReadonlyMap<string, Float64Array>): Float64Array[] {
  const found: Float64Array[] = [];
  let window: string[] = [" "];
  let isCapitalWord = false;
  for (const each of characters) {
    const character = classOf(each);
    const before = window.at(-1) ?? " ";
    if (before === " ") {
      window = [" "];
      isCapitalWord = false;
    }
    if (before !== " " || character !== " ") {
      if (before !== " " && window.length >= 3) window.shift();
      window.push(character);
      if (!isUpper(character)) isCapitalWord = false;
      else if (isUpper(before)) isCapitalWord = true;
    }
    if (isCapitalWord) continue;
    for (let length = 1; length <= window.length; length++) {
      const sequence = window.slice(-length).join("");
      const row = sequence === " " ? undefined : shares.get(sequence);
      if (row !== undefined) found.push(row);
    }
  }
  return found;
}

/** What a character counts as. Letters of one script whose differences tell nothing are one. */
function classOf(character: string): string {
  if (character <= "\x7f") return /[A-Za-z]/.test(character) ? character : " ";
  if (/[\xa0«°»\u2000-\u206f]/.test(character)) return " ";
  if (/[\u3040-\u309f]/.test(character)) return "\u3042";
  if (/[\u30a0-\u30ff]/.test(character)) return "\u30a2";
  if (/[\u3100-\u312f\u31a0-\u31bf]/.test(character)) return "\u3105";
  if (/[\uac00-\ud7af]/.test(character)) return "\uac00";
  if (/[\u1ea0-\u1eff]/.test(character)) return "\u1ec3";
  return alike[character] ?? character;
}

const alike: Readonly<Record<string, string>> = { "\u0219": "\u015f", "\u021b": "\u0163", "\u06cc": "\u064a" };
