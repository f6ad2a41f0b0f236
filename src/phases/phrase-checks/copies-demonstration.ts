import { weighedWords, type WeighedWords } from "../../texts/word-hashes.ts";
import { WordSequences } from "../../texts/word-overlap.ts";
import type { Demonstration } from "../prompts/demonstrations.ts";

/** A phrase that shares this many words in a row with a demonstration's copies it. */
const copiedWords = 6;
/** Nearly the same phrase shares this much of its words, in any order. */
const leastInCommon = 0.85;

/** Tells which phrases are nearly one of the demonstrations'. */
export class DemonstrationCopies {
  readonly #texts: readonly string[];
  readonly #sequences: WordSequences;
  #sorted: readonly Int32Array[] | undefined;

  constructor(demonstrations: readonly Demonstration[]) {
    this.#texts = demonstrations.flatMap(({ phrases }) => phrases.map(([, text]) => text));
    this.#sequences = new WordSequences(this.#texts, copiedWords, "");
  }

  has(words: WeighedWords): boolean {
    this.#sorted ??= this.#texts.map((text) => weighedWords(text).hashes.toSorted());
    const own = words.hashes.toSorted();
    return this.#sorted.some((other) => inCommon(own, other) >= leastInCommon) || this.#sequences.occurIn(words);
  }
}

const known = new WeakMap<readonly Demonstration[], DemonstrationCopies>();

/** The copies of a prompt's demonstrations, which are found out once. */
export function copiesOf(demonstrations: readonly Demonstration[]): DemonstrationCopies {
  const made = known.get(demonstrations) ?? new DemonstrationCopies(demonstrations);
  known.set(demonstrations, made);
  return made;
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
