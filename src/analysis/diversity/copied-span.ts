import { tokenizers } from "../metrics/tokenizers.ts";
import { Vocabulary } from "../metrics/vocabulary.ts";

/** A run of words of one text that others hold too. */
export interface CopiedSpan {
  readonly words: number;
  /** The words, in lower case, single spaces between. */
  readonly text: string;
}

/** A word that is nearly everywhere makes no span; so many places of it are looked at. */
const mostPlaces = 256;

/**
 * The longest run of words of `text` that one of `sources` holds and none of `known` does: what a system message took from the response rather
 * than from the instruction. Case and punctuation aside, Unicode words. `words` is 0 where they share none.
 */
export class CopiedSpans {
  readonly #vocabulary = new Vocabulary();

  longest(text: string, sources: readonly string[], known: readonly string[]): CopiedSpan {
    this.#vocabulary.shrink();
    const words = this.#idsOf(text);
    const places = placesOf(words);
    const copied = this.#runs(words, places, sources);
    // What is excused matters only where something is copied.
    const excused = copied.some((length) => length > 0) ? this.#runs(words, places, known) : copied;
    let longest = 0;
    let end = -1;
    copied.forEach((length, at) => {
      if (length <= longest || length <= (excused[at] ?? 0)) return;
      longest = length;
      end = at;
    });
    return {
      words: longest,
      text:
        longest === 0
          ? ""
          : wordsOf(text)
              .slice(end + 1 - longest, end + 1)
              .join(" "),
    };
  }

  /** For each word of a text, the length of the longest run that ends there and stands somewhere in the sources. */
  #runs(words: Int32Array, places: ReadonlyMap<number, number[]>, sources: readonly string[]): Int32Array {
    const longest = new Int32Array(words.length);
    for (const source of sources) endingRuns(words, this.#idsOf(source), places, longest);
    return longest;
  }

  #idsOf(text: string): Int32Array {
    return tokenizers.unicode(text, this.#vocabulary.id);
  }
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  tokenizers.unicode(text, (word) => words.push(word));
  return words;
}

function placesOf(words: Int32Array): ReadonlyMap<number, number[]> {
  const places = new Map<number, number[]>();
  words.forEach((word, at) => {
    const known = places.get(word);
    if (known === undefined) places.set(word, [at]);
    else if (known.length < mostPlaces) known.push(at);
  });
  return places;
}

/** Raises `longest[i]` to the length of the longest run that ends at word i of the text and stands somewhere in the source. */
function endingRuns(words: Int32Array, source: Int32Array, places: ReadonlyMap<number, number[]>, longest: Int32Array): void {
  // Run lengths that end at the source's word before, by place in the text.
  let before = new Int32Array(words.length);
  let now = new Int32Array(words.length);
  let touched: readonly number[] = [];
  let last: readonly number[] = [];
  for (const word of source) {
    last = touched;
    touched = places.get(word) ?? [];
    for (const at of touched) {
      const length = (at === 0 ? 0 : (before[at - 1] ?? 0)) + 1;
      now[at] = length;
      if (length > (longest[at] ?? 0)) longest[at] = length;
    }
    for (const at of last) before[at] = 0;
    [before, now] = [now, before];
  }
}
