/**
 * Values that come in any order and are read in the order of their numbers. Whoever puts a value
 * waits while the value is too far ahead of the reader, so memory stays bounded.
 */
export class InOrder<T> {
  readonly #window: number;
  readonly #values = new Map<number, T>();
  readonly #waiting = new Map<number, () => void>();
  #next = 0;
  #isOpen = true;
  #wake = (): void => undefined;

  /** @param window How far a value may be ahead of the next one to be read. */
  constructor(window: number) {
    this.#window = window;
  }

  /** Resolves once the reader is near enough, or `close` was called. */
  async put(number: number, value: T): Promise<void> {
    this.#values.set(number, value);
    this.#wake();
    if (this.#isOpen && number >= this.#next + this.#window) await new Promise<void>((resolve) => this.#waiting.set(number, resolve));
  }

  /** No value comes any more. Numbers that are missing are passed over. */
  close(): void {
    this.#isOpen = false;
    for (const resolve of this.#waiting.values()) resolve();
    this.#waiting.clear();
    this.#wake();
  }

  /** The values, until `close` was called and all were read. */
  async *read(): AsyncGenerator<T, void, void> {
    for (;;) {
      const number = this.#isOpen ? this.#next : Math.min(...this.#values.keys());
      const value = this.#values.get(number);
      if (value !== undefined) {
        this.#values.delete(number);
        this.#advance(number + 1);
        yield value;
      } else if (this.#isOpen) await new Promise<void>((resolve) => (this.#wake = resolve));
      else return;
    }
  }

  #advance(next: number): void {
    this.#next = next;
    const waiting = next + this.#window - 1;
    this.#waiting.get(waiting)?.();
    this.#waiting.delete(waiting);
  }
}
