import { mix, mixInto } from "../statistics/mix.ts";
import { hashWords } from "./word-hashes.ts";
import { plainText } from "./words.ts";

/** Words of a shingle. */
const shingleWords = 3;

/**
 * MinHash signatures (Broder 1997). The share of places at which two signatures agree estimates the
 * Jaccard similarity J of the sets of three-word shingles of two texts. Its standard deviation is
 * sqrt(J (1 - J) / size). A text of fewer than three words is one shingle. A text without words is
 * one shingle of its characters.
 */
export class MinHash {
  readonly size: number;
  readonly #xors: Int32Array;
  readonly #factors: Int32Array;
  #words = new Int32Array(1024);

  constructor(size: number) {
    this.size = size;
    this.#xors = Int32Array.from({ length: size }, (_, place) => mix(2 * place + 1));
    // Odd factors permute the 32-bit numbers.
    this.#factors = Int32Array.from({ length: size }, (_, place) => mix(2 * place + 2) | 1);
  }

  /** Writes the text's signature into `into` from `offset` on. */
  sign(text: string, into: Int32Array, offset: number): void {
    const plain = plainText(text);
    if (this.#words.length < plain.length) this.#words = new Int32Array(2 * plain.length);
    const shingles = this.#words;
    const count = this.#shingles(plain, shingles);
    for (let place = 0; place < this.size; place++) {
      const xor = this.#xors[place] ?? 0;
      const factor = this.#factors[place] ?? 0;
      let least = 0x7fffffff;
      for (let index = 0; index < count; index++) {
        const hash = Math.imul((shingles[index] ?? 0) ^ xor, factor);
        if (hash < least) least = hash;
      }
      into[offset + place] = least;
    }
  }

  /** Turns the words in `words` into shingles, in place. Returns how many shingles there are. */
  #shingles(plain: string, words: Int32Array): number {
    const count = hashWords(plain, words);
    if (count === 0) {
      let hash = 0;
      for (const character of plain.trim()) hash = mixInto(hash, character.codePointAt(0) ?? 0);
      words[0] = mix(hash ^ 0x5bd1e995);
      return 1;
    }
    const last = Math.max(0, count - shingleWords);
    for (let start = 0; start <= last; start++) {
      let hash = 0;
      for (let index = start; index < Math.min(start + shingleWords, count); index++) hash = mixInto(hash, words[index] ?? 0);
      words[start] = hash;
    }
    return last + 1;
  }
}
