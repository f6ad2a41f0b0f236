/**
 * Failures in a row that open the circuit. A single broken connection may have been idle for too
 * long, and an error of the server may be due to one row.
 */
const failuresToOpen = { connection: 3, server: 12 };
const shortestPauseMs = 100;
const longestPauseMs = 30_000;
/**
 * Probe after 5% of the time the endpoint has been down. A 10-minute outage is noticed to be over
 * within 30 seconds.
 */
const pauseShare = 0.05;

/**
 * Stops sending calls to an endpoint that keeps failing, and lets a single call through from time
 * to time to find out whether it is back. docs/endpoints.md shows the states.
 */
export class CircuitBreaker {
  readonly #now: () => number;
  #failures = 0;
  #openUntilMs = 0;
  #openSinceMs: number | undefined;
  #state: "closed" | "open" | "half-open" = "closed";

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** `closed` lets calls through, `open` none, and `half-open` waits for the end of one. */
  get state(): "closed" | "open" | "half-open" {
    return this.#state;
  }

  /** When the next call may begin. 0 means now, Infinity means after the probing call has ended. */
  get tryAtMs(): number {
    return this.#state === "closed" ? 0 : this.#state === "open" ? this.#openUntilMs : Infinity;
  }

  /** A call begins. When the circuit is open, this call is the probe. */
  began(): void {
    if (this.#state === "open") this.#state = "half-open";
  }

  /** A call that began was not sent. If it was the probe, the next call is. */
  unsent(): void {
    if (this.#state === "half-open") this.#state = "open";
  }

  /** The endpoint answered. A refusal such as 429 is an answer too. */
  succeeded(): void {
    this.#failures = 0;
    this.#state = "closed";
    this.#openSinceMs = undefined;
  }

  /**
   * A call failed.
   * @param isDown Certainly nobody listens at the address. The circuit opens at once.
   * @returns True when this failure opened the circuit, or opened it again after a probe.
   */
  failed(kind: "connection" | "server", isDown = false): boolean {
    this.#failures++;
    if (this.#state === "open" || (this.#state === "closed" && !isDown && this.#failures < failuresToOpen[kind])) return false;
    const now = this.#now();
    this.#openSinceMs ??= now;
    this.#openUntilMs = now + Math.min(Math.max(pauseShare * (now - this.#openSinceMs), shortestPauseMs), longestPauseMs);
    this.#state = "open";
    return true;
  }
}
