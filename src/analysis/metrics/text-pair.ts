import { CommonSubsequence } from "./common-subsequence.ts";
import { NgramCounter, type NgramOverlap } from "./ngram-overlap.ts";
import { tokenizers, type TokenizerName } from "./tokenizers.ts";
import { Vocabulary } from "./vocabulary.ts";

/** The largest n of n-grams of words, and of characters. */
const wordOrders = 4;
const characterOrders = 6;

/**
 * What metrics ask of a reference and a prediction. Each answer is worked out when it is first
 * asked for.
 */
export interface TextPair {
  /** Shared n-grams of words, n from 1 to 4. */
  words(tokenizer: TokenizerName): NgramOverlap;
  /** Shared n-grams of characters without white space, n from 1 to 6. */
  characters(): NgramOverlap;
  /** Length of the longest common subsequence of words. */
  subsequence(tokenizer: TokenizerName): number;
  /** How many words each text has. */
  lengths(tokenizer: TokenizerName): { readonly reference: number; readonly prediction: number };
}

interface Sides {
  readonly reference: Int32Array;
  readonly prediction: Int32Array;
  overlap: NgramOverlap | undefined;
  subsequence: number | undefined;
}

/**
 * Makes pairs of texts, one after another in the same memory. A pair is valid until the next one is
 * made.
 */
export class TextPairs {
  readonly #vocabulary = new Vocabulary();
  readonly #ngrams = new NgramCounter();
  readonly #subsequences = new CommonSubsequence();

  pair(reference: string, prediction: string): TextPair {
    this.#vocabulary.shrink();
    const sides = new Map<TokenizerName, Sides>();
    const tokensOf = (tokenizer: TokenizerName): Sides => {
      const known = sides.get(tokenizer);
      if (known) return known;
      const made: Sides = {
        reference: tokenizers[tokenizer](reference, this.#vocabulary.id),
        prediction: tokenizers[tokenizer](prediction, this.#vocabulary.id),
        overlap: undefined,
        subsequence: undefined,
      };
      // In English text both tokenizers find the same tokens. The figures of one then hold for the
      // other.
      const twin = sides.get(tokenizer === "unicode" ? "rouge" : "unicode");
      const found =
        tokenizer !== "13a" && twin && equal(twin.reference, made.reference) && equal(twin.prediction, made.prediction) ? twin : made;
      sides.set(tokenizer, found);
      return found;
    };
    let characters: NgramOverlap | undefined;
    return {
      words: (tokenizer) => {
        const tokens = tokensOf(tokenizer);
        return (tokens.overlap ??= this.#ngrams.overlap(tokens.reference, tokens.prediction, wordOrders));
      },
      lengths: (tokenizer) => {
        const tokens = tokensOf(tokenizer);
        return { reference: tokens.reference.length, prediction: tokens.prediction.length };
      },
      characters: () => (characters ??= this.#ngrams.overlap(charactersOf(reference), charactersOf(prediction), characterOrders)),
      subsequence: (tokenizer) => {
        const tokens = tokensOf(tokenizer);
        return (tokens.subsequence ??= this.#subsequences.length(tokens.reference, tokens.prediction, this.#vocabulary.size));
      },
    };
  }
}

function charactersOf(text: string): Int32Array {
  const codes = new Int32Array(text.length);
  let length = 0;
  for (const character of text.replaceAll(/\s+/g, "")) codes[length++] = character.codePointAt(0) ?? 0;
  return codes.subarray(0, length);
}

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((token, index) => token === b[index]);
}
