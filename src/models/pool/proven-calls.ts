/**
 * A server that has no room refuses a call at once. A call that is still open after this time was
 * accepted.
 */
const acceptedAfterMs = 250;

/**
 * The number of calls at once that at least one endpoint of a pool is known to take. Endpoints of a
 * pool are mostly alike, so only one of them at a time goes beyond this number. The others follow
 * once its calls were accepted. A pool that meets its servers' limit is therefore refused, and
 * asked for a pause, by one endpoint and not by each.
 */
export class ProvenCalls<E extends object> {
  readonly #now: () => number;
  #calls: number;
  /** The endpoint that holds more calls than proven, since when, and how many. */
  #trial: { readonly endpoint: E; readonly sinceMs: number; calls: number } | undefined;

  /**
   * @param calls Calls at once that every endpoint is expected to take.
   * @param now Milliseconds on a clock that never jumps. Default `performance.now`.
   */
  constructor(calls: number, now: () => number = () => performance.now()) {
    this.#calls = calls;
    this.#now = now;
  }

  get calls(): number {
    return this.#calls;
  }

  /** When an endpoint that holds `inFlight` calls may be sent one more. 0 means now. */
  readyAtMs(endpoint: E, inFlight: number): number {
    if (inFlight < this.#calls || this.#trial === undefined || this.#trial.endpoint === endpoint) return 0;
    const endsAtMs = this.#trial.sinceMs + acceptedAfterMs;
    if (this.#now() < endsAtMs) return endsAtMs;
    this.#accept(this.#trial.calls);
    return 0;
  }

  /** @param inFlight Calls in flight at the endpoint, the new one included. */
  began(endpoint: E, inFlight: number): void {
    if (inFlight <= this.#calls) return;
    if (this.#trial?.endpoint === endpoint) this.#trial.calls = Math.max(this.#trial.calls, inFlight);
    else this.#trial = { endpoint, sinceMs: this.#now(), calls: inFlight };
  }

  /** @param inFlight Calls in flight when the call began, itself included. */
  replied(inFlight: number): void {
    if (inFlight > this.#calls) this.#accept(inFlight);
  }

  /** A call was refused or got no reply. If the endpoint was on trial, the trial ends unproven. */
  failed(endpoint: E): void {
    if (this.#trial?.endpoint === endpoint) this.#trial = undefined;
  }

  #accept(calls: number): void {
    this.#calls = calls;
    this.#trial = undefined;
  }
}
