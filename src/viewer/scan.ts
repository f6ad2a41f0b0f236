/** Work over all rows that goes on in pieces, so that others are served meanwhile; who needs its result can wait for a part of it. */
export abstract class Scan {
  #working: Promise<void> | undefined;
  #isStopped = false;

  /** Does a small piece; false when none was left. */
  protected abstract step(): boolean;

  /** How much is done, from 0 to 1. */
  abstract get progress(): number;

  /** Goes on for so long, or until it is enough or done. True when all is done. */
  async workFor(ms: number, isEnough: () => boolean = () => false): Promise<boolean> {
    this.#isStopped = false;
    const begun = performance.now();
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
    while (this.#working !== undefined && !isEnough() && performance.now() - begun < ms) await nextTurn();
    return this.#working === undefined && this.progress >= 1;
  }

  /** Nobody waits for it any more; it can go on later. */
  stop(): void {
    this.#isStopped = true;
  }

  async #work(): Promise<void> {
    while (!this.#isStopped && this.step()) await nextTurn();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
