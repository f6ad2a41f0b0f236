/**
 * Work over all rows that is done in small steps, so that requests are served meanwhile. A caller
 * can wait for a part of the result.
 */
export abstract class Scan {
  #isWorking = false;
  #isStopped = false;
  #failure: unknown;

  /** Does a small step. @returns False when none is left. */
  protected abstract step(): boolean;

  /** How much is done, from 0 to 1. */
  abstract get progress(): number;

  /**
   * Starts or continues the work, and waits until it is done, until `isEnough`, or for `ms`. The
   * work goes on after that.
   * @throws Error that a step threw.
   */
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

  /** Ends the work after the step at hand. `workFor` continues it. */
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

/** Lets what waits have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
