import { weighedWords, type WeighedWords } from "../../texts/word-hashes.ts";
import { WordSequences } from "../../texts/word-overlap.ts";
import { heads } from "../prompts/standard-demonstrations/heads.ts";

/** A phrase that shares this many words in a row with a demonstration's copies it. */
const copiedWords = 6;
/** Nearly the same phrase shares this much of its words, in any order. */
const leastInCommon = 0.85;

const texts = heads.flatMap((head) => head.flatMap(({ phrases }) => phrases.map(([, text]) => text)));
const sequences = new WordSequences(texts, copiedWords, "");
let sorted: readonly Int32Array[] | undefined;

/** Whether a phrase is nearly one of the demonstrations of any head. */
export function copiesDemonstration(words: WeighedWords): boolean {
  sorted ??= texts.map((text) => weighedWords(text).hashes.toSorted());
  const own = words.hashes.toSorted();
  return sorted.some((other) => inCommon(own, other) >= leastInCommon) || sequences.occurIn(words);
}

/** The share of the words that two sorted lists have in common, from 0 to 1 (Dice). */
function inCommon(a: Int32Array, b: Int32Array): number {
  const all = a.length + b.length;
  if (2 * Math.min(a.length, b.length) < leastInCommon * all) return 0;
  let common = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [one = 0, other = 0] = [a[i], b[j]];
    if (one === other) common++;
    if (one <= other) i++;
    if (other <= one) j++;
  }
  return (2 * common) / all;
}
