import { weighedWords, type WeighedWords } from "./word-hashes.ts";
import { wholeWord } from "./words.ts";

/*
 * Words in a row that texts share, or that a text repeats. They are counted as a reader counts
 * words: a syllable of Hangul is a third of a word, and a character of Thai is a quarter of one.
 */

/**
 * Whether `a` and `b` share `length` words in a row, case and punctuation aside. Words in a row
 * that `except` holds too do not count. Takes time in proportion to the texts' lengths.
 */
export function sharesWordSequence(a: string, b: string, length: number, except = ""): boolean {
  return new WordSequences([a], length, except).occurIn(weighedWords(b));
}

/**
 * All sequences of `length` words in a row of some texts, but for the sequences that `except` holds
 * too. They are found when they are first needed.
 */
export class WordSequences {
  readonly #texts: readonly string[];
  readonly #length: number;
  readonly #except: string;
  #texted: readonly WeighedWords[] | undefined;
  #words: ReadonlySet<number> | undefined;
  #sequences: ReadonlySet<string> | undefined;
  #excepted: ReadonlySet<string> | undefined;

  constructor(texts: readonly string[], length: number, except: string) {
    this.#texts = texts;
    this.#length = length;
    this.#except = except;
  }

  /** Whether a text with these words holds one of the sequences. */
  occurIn(words: WeighedWords): boolean {
    const { hashes } = words;
    if (hashes.length < this.#length) return false;
    this.#texted ??= this.#texts.map(weighedWords);
    this.#words ??= union(this.#texted.map((text) => text.hashes));
    // In most texts there are never enough known words in a row, which single words show.
    for (let end = 1, known = 0; end <= hashes.length; end++) {
      known = this.#words.has(hashes[end - 1] ?? 0) ? known + 1 : 0;
      if (known < this.#length) continue;
      const start = startOf(words, end, this.#length);
      if (start !== undefined && end - start <= known && this.#holds(sequenceBetween(hashes, start, end))) return true;
    }
    return false;
  }

  #holds(sequence: string): boolean {
    this.#sequences ??= union((this.#texted ?? []).map((words) => sequencesOf(words, this.#length)));
    if (!this.#sequences.has(sequence)) return false;
    this.#excepted ??= new Set(sequencesOf(weighedWords(this.#except), this.#length));
    return !this.#excepted.has(sequence);
  }
}

/**
 * Whether a text says the same four words three times, as a small model does that goes round in
 * circles.
 */
export function repeatsItself(words: WeighedWords): boolean {
  // In most texts no single word is there three times.
  const sorted = words.hashes.toSorted();
  if (!sorted.some((word, index) => word === sorted[index + 2])) return false;
  const counts = new Map<string, number>();
  for (const sequence of sequencesOf(words, 4)) {
    const count = (counts.get(sequence) ?? 0) + 1;
    if (count === 3) return true;
    counts.set(sequence, count);
  }
  return false;
}

function union<T>(lists: readonly Iterable<T>[]): Set<T> {
  const all = new Set<T>();
  for (const list of lists) for (const one of list) all.add(one);
  return all;
}

/**
 * The sequence of `length` words that ends at each word, but for those near the text's beginning.
 */
function* sequencesOf(words: WeighedWords, length: number): Generator<string, void, void> {
  for (let end = 1; end <= words.hashes.length; end++) {
    const start = startOf(words, end, length);
    if (start !== undefined) yield sequenceBetween(words.hashes, start, end);
  }
}

/**
 * Where the shortest sequence begins that ends before `end` and has `length` words. It depends on
 * its own words alone, so it is the same in all texts that hold it. Undefined if the text's
 * beginning has fewer words.
 */
function startOf({ weights }: WeighedWords, end: number, length: number): number | undefined {
  if (weights === undefined) return end >= length ? end - length : undefined;
  let missing = length * wholeWord;
  for (let start = end - 1; start >= 0; start--) {
    missing -= weights[start] ?? wholeWord;
    if (missing <= 0) return start;
  }
  return undefined;
}

/** The hashes of the words as a text, so that sequences are compared exactly. */
function sequenceBetween(hashes: Int32Array, start: number, end: number): string {
  return hashes.subarray(start, end).join();
}
