/**
 * How often one step of a row (a message to generate, a verdict, one response) may be asked again, for whatever reason: a busy
 * server, a malformed reply, a gate. One budget over all layers, so that retries never multiply.
 */
export class RetryBudget {
  #left: number;

  constructor(retries: number) {
    this.#left = retries;
  }

  /** Takes one retry; false when none is left. */
  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }
}
