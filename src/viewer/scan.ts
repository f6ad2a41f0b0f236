/** Work over all rows that goes on in pieces, so that others are served meanwhile; who needs its result can wait for a part of it. */
export abstract class Scan {
  #isWorking = false;
  #isStopped = false;
  #failure: unknown;

  /** Does a small piece; false when none was left. */
  protected abstract step(): boolean;

  /** How much is done, from 0 to 1. */
  abstract get progress(): number;

  /** Goes on, and waits for so long, or until it is enough or done. @throws what a piece of the work threw. */
  async workFor(ms: number, isEnough: () => boolean = () => false): Promise<void> {
    const begun = performance.now();
    this.#isStopped = false;
    if (!this.#isWorking) void this.#work();
    while (this.#isWorking && !isEnough() && performance.now() - begun < ms) await nextTurn();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** Nobody waits for it any more; it can go on later. */
  stop(): void {
    this.#isStopped = true;
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    try {
      while (!this.#isStopped && this.step()) await nextTurn();
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#isWorking = false;
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
