/**
 * How often one step of a row may be asked again. A step is a message to generate, a verdict or one
 * response. All reasons share the budget, such as a busy server, a malformed reply and a gate. So
 * retries of different layers never multiply.
 */
export class RetryBudget {
  #left: number;

  constructor(retries: number) {
    this.#left = retries;
  }

  /** Takes one retry. Returns false when none is left. */
  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }
}
