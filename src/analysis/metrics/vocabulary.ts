/**
 * A vocabulary of more words is emptied between pairs. Texts full of numbers would make it grow
 * with the run.
 */
const mostWords = 50_000;

/**
 * Numbers for words, from 0 up. Equal words of a pair have the same number. A word's number may
 * change from one pair to the next.
 */
export class Vocabulary {
  readonly #ids = new Map<string, number>();

  /** One above the largest number that a word has. */
  get size(): number {
    return this.#ids.size;
  }

  readonly id = (word: string): number => {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const next = this.#ids.size;
    this.#ids.set(word, next);
    return next;
  };

  /** Must be called between pairs. */
  shrink(): void {
    if (this.#ids.size > mostWords) this.#ids.clear();
  }
}
