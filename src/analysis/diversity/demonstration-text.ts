import type { Demonstration } from "../../phases/prompts/demonstrations.ts";
import type { Diversity } from "../report.ts";
import { rounded } from "../../statistics/rounded.ts";
import { ngramHash, wordHashes } from "../../texts/word-hashes.ts";

/** Two texts do not share this many words in a row by chance. */
const runWords = 6;
const shown = 5;

/**
 * Finds phrases of the few-shot demonstrations in system messages, where the model copied its
 * prompt. Case and punctuation do not count.
 */
export class DemonstrationText {
  /**
   * The demonstrations' phrases as written, each by the hash of all its words, and how often each
   * was found.
   */
  readonly #phrases: ReadonlyMap<number, { readonly text: string; phrases: number }>;
  readonly #runs: ReadonlySet<number>;
  #rows = 0;
  #all = 0;

  constructor(demonstrations: readonly Demonstration[]) {
    const texts = demonstrations.flatMap(({ phrases }) => phrases.map(([, text]) => text));
    this.#phrases = new Map(texts.map((text) => [wholeHash(wordHashes(text)), { text, phrases: 0 }]));
    this.#runs = new Set(texts.flatMap((text) => [...runsOf(wordHashes(text))]));
  }

  /** The phrases of one system message, as hashes of their words. */
  add(phrases: readonly Int32Array[]): void {
    this.#all++;
    let leaks = false;
    for (const words of phrases) {
      const own = words.length === 0 ? undefined : this.#phrases.get(wholeHash(words));
      if (own) own.phrases++;
      leaks ||= own !== undefined || this.#sharesRun(words);
    }
    if (leaks) this.#rows++;
  }

  figures(): Diversity["demonstrations"] {
    const found = [...this.#phrases.values()].filter(({ phrases }) => phrases > 0).toSorted((a, b) => b.phrases - a.phrases);
    return {
      phrases: found.reduce((sum, { phrases }) => sum + phrases, 0),
      atLeastWords: runWords,
      rows: this.#rows,
      share: this.#all === 0 ? 0 : rounded(this.#rows / this.#all),
      top: found.slice(0, shown).map(({ text, phrases }) => ({ text, phrases })),
    };
  }

  #sharesRun(words: Int32Array): boolean {
    for (const run of runsOf(words)) if (this.#runs.has(run)) return true;
    return false;
  }
}

function wholeHash(words: Int32Array): number {
  return ngramHash(words, 0, words.length);
}

function* runsOf(words: Int32Array): Generator<number, void, void> {
  for (let start = 0; start + runWords <= words.length; start++) yield ngramHash(words, start, runWords);
}
