/** A server that has no room says so at once: a call that was not refused by then is being worked on. */
const acceptedAfterMs = 250;

/**
 * How many calls at once some endpoint of a pool is known to take. Only one endpoint at a time goes beyond: the others, which are mostly alike,
 * follow when it was not refused. So a pool that meets its servers' limit is told so, and asked for a pause, once and not once an endpoint.
 */
export class Frontier<E extends object> {
  readonly #now: () => number;
  #calls: number;
  #trial: { readonly endpoint: E; readonly sinceMs: number; calls: number } | undefined;

  /**
   * @param calls Known from the beginning.
   * @param now Milliseconds on a clock that never jumps. Default `performance.now`.
   */
  constructor(calls: number, now: () => number = () => performance.now()) {
    this.#calls = calls;
    this.#now = now;
  }

  get calls(): number {
    return this.#calls;
  }

  /** When an endpoint that holds so many calls may be sent one more: 0 when it may now. */
  readyAtMs(endpoint: E, inFlight: number): number {
    if (inFlight < this.#calls || this.#trial === undefined || this.#trial.endpoint === endpoint) return 0;
    const endsAtMs = this.#trial.sinceMs + acceptedAfterMs;
    if (this.#now() < endsAtMs) return endsAtMs;
    this.#accept(this.#trial.calls);
    return 0;
  }

  /** @param inFlight Calls at once, this one counted. */
  began(endpoint: E, inFlight: number): void {
    if (inFlight <= this.#calls) return;
    if (this.#trial?.endpoint === endpoint) this.#trial.calls = Math.max(this.#trial.calls, inFlight);
    else this.#trial = { endpoint, sinceMs: this.#now(), calls: inFlight };
  }

  /** @param inFlight Calls at once when the call began, it counted. */
  replied(inFlight: number): void {
    if (inFlight > this.#calls) this.#accept(inFlight);
  }

  /** It had no room, or did not answer. */
  failed(endpoint: E): void {
    if (this.#trial?.endpoint === endpoint) this.#trial = undefined;
  }

  #accept(calls: number): void {
    this.#calls = calls;
    this.#trial = undefined;
  }
}
