import { wordHashes } from "./word-hashes.ts";
import { charactersPerWord } from "./words.ts";

/**
 * Whether `a` and `b` share `length` words in a row, case and punctuation aside. Words in a row
 * that `except` holds too do not count. Takes time in proportion to the texts' lengths.
 */
export function sharesWordSequence(a: string, b: string, length: number, except = ""): boolean {
  return new WordSequences([a], length, except).occurIn(b);
}

/**
 * All sequences of `length` words in a row of some texts, but for the sequences that `except` holds
 * too. They are found when they are first needed. In Hangul and Thai a sequence has `length` words
 * of a reader (`charactersPerWord`).
 */
export class WordSequences {
  readonly #texts: readonly string[];
  readonly #length: number;
  readonly #except: string;
  #hashes: readonly Int32Array[] | undefined;
  #words: ReadonlySet<number> | undefined;
  /** By their length in words. */
  readonly #sequences = new Map<number, ReadonlySet<string>>();
  readonly #excepted = new Map<number, ReadonlySet<string>>();

  constructor(texts: readonly string[], length: number, except: string) {
    this.#texts = texts;
    this.#length = length;
    this.#except = except;
  }

  /**
   * Whether a text holds one of the sequences.
   * @param words The text's words, if they are known already.
   */
  occurIn(text: string, words = wordHashes(text)): boolean {
    const length = this.#length * charactersPerWord(text);
    if (words.length < length) return false;
    this.#hashes ??= this.#texts.map(wordHashes);
    this.#words ??= union(this.#hashes);
    // In most texts there are never enough known words in a row, which single words show.
    for (let end = 1, known = 0; end <= words.length; end++) {
      known = this.#words.has(words[end - 1] ?? 0) ? known + 1 : 0;
      if (known >= length && this.#holds(sequenceAt(words, end - length, length), length)) return true;
    }
    return false;
  }

  #holds(sequence: string, length: number): boolean {
    const sequences = this.#sequences.get(length) ?? union((this.#hashes ?? []).map((words) => sequencesOf(words, length)));
    this.#sequences.set(length, sequences);
    if (!sequences.has(sequence)) return false;
    const excepted = this.#excepted.get(length) ?? new Set(sequencesOf(wordHashes(this.#except), length));
    this.#excepted.set(length, excepted);
    return !excepted.has(sequence);
  }
}

/**
 * Whether a text says the same four words three times, as a small model does that goes round in
 * circles.
 * @param words The text's words, if they are known already.
 */
export function repeatsItself(text: string, words = wordHashes(text)): boolean {
  // In most texts no single word is there three times.
  const sorted = words.toSorted();
  if (!sorted.some((word, index) => word === sorted[index + 2])) return false;
  const counts = new Map<string, number>();
  for (const sequence of sequencesOf(words, 4 * charactersPerWord(text))) {
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

function* sequencesOf(words: Int32Array, length: number): Generator<string, void, void> {
  for (let start = 0; start + length <= words.length; start++) yield sequenceAt(words, start, length);
}

/** The hashes of `length` words as a text, so that sequences are compared exactly. */
function sequenceAt(words: Int32Array, start: number, length: number): string {
  return words.subarray(start, start + length).join();
}
