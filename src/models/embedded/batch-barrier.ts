/**
 * Makes the calls of one context decode in the same batch. After each token a call waits until all
 * others have their token too. Without this, node-llama-cpp begins the next batch before the last
 * call of the batch is back, so the batch has one call fewer. And as long as the queue always holds
 * some calls, no new call gets in to rewind its sequence.
 */
export class BatchBarrier {
  #members = 0;
  #waiting: (() => void)[] = [];

  /** A call joins, once it has its first token. */
  enter(): void {
    this.#members++;
  }

  leave(): void {
    this.#members--;
    this.#openWhenAllWait();
  }

  /** Resolves when every other member waits too. */
  async wait(): Promise<void> {
    if (this.#members <= 1) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#openWhenAllWait();
    });
  }

  #openWhenAllWait(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#members) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    // The engine first releases the lock on the context.
    setImmediate(() => waiting.forEach((resolve) => resolve()));
  }
}
