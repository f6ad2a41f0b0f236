import type { Demonstration } from "../../phases/prompts/demonstrations.ts";
import { tokenizers } from "../metrics/tokenizers.ts";
import { rounded } from "../statistics/rounded.ts";
import type { Diversity } from "../report.ts";

/** So many words in a row are no chance. */
const runWords = 6;
const shown = 5;

/** Text of the few-shot demonstrations' phrases in system messages: what a model copied from its prompt. Case and punctuation aside. */
export class DemonstrationText {
  /** The demonstrations' phrases as plain words -> as written. */
  readonly #phrases: ReadonlyMap<string, string>;
  readonly #runs: ReadonlySet<string>;
  readonly #found = new Map<string, number>();
  #rows = 0;
  #all = 0;

  constructor(demonstrations: readonly Demonstration[]) {
    const texts = demonstrations.flatMap(({ phrases }) => phrases.map(([, text]) => text));
    this.#phrases = new Map(texts.map((text) => [wordsOf(text).join(" "), text]));
    this.#runs = new Set(texts.flatMap((text) => runsOf(wordsOf(text))));
  }

  /** The phrases of one system message. */
  add(phrases: readonly string[]): void {
    this.#all++;
    let leaks = false;
    for (const phrase of phrases) {
      const words = wordsOf(phrase);
      const own = this.#phrases.get(words.join(" "));
      if (own !== undefined) this.#found.set(own, (this.#found.get(own) ?? 0) + 1);
      leaks ||= own !== undefined || runsOf(words).some((run) => this.#runs.has(run));
    }
    if (leaks) this.#rows++;
  }

  figures(): Diversity["demonstrations"] {
    const top = [...this.#found].map(([text, phrases]) => ({ text, phrases })).toSorted((a, b) => b.phrases - a.phrases);
    return {
      phrases: top.reduce((sum, { phrases }) => sum + phrases, 0),
      atLeastWords: runWords,
      rows: this.#rows,
      share: this.#all === 0 ? 0 : rounded(this.#rows / this.#all),
      top: top.slice(0, shown),
    };
  }
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  tokenizers.unicode(text, (word) => words.push(word));
  return words;
}

function runsOf(words: readonly string[]): string[] {
  return Array.from({ length: Math.max(0, words.length + 1 - runWords) }, (_, start) => words.slice(start, start + runWords).join(" "));
}
