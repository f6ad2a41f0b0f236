/**
 * Keeps the calls of one context in step: each waits after its token until the others have theirs, so that they go into the next batch
 * together. Without it node-llama-cpp begins the next batch before the last call is back, with one call fewer, and while it always finds some
 * it never lets another call in to rewind its sequence.
 */
export class StepGate {
  #members = 0;
  #waiting: (() => void)[] = [];

  /** To be called once a call has its first token. */
  enter(): void {
    this.#members++;
  }

  leave(): void {
    this.#members--;
    this.#openWhenAllAreHere();
  }

  /** Resolves when every other member waits as well. */
  async step(): Promise<void> {
    if (this.#members <= 1) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#openWhenAllAreHere();
    });
  }

  #openWhenAllAreHere(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#members) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    // The engine lets go of the context first.
    setImmediate(() => waiting.forEach((go) => go()));
  }
}
