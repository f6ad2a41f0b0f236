/** Failures in a row that open the circuit: a broken connection may be one that had been idle too long, an error of a server may be one row's. */
const broken = { connection: 3, server: 12 };
const leastPauseMs = 100;
const longestPauseMs = 30_000;
/** An endpoint that is back is found by the time that it was away for so much longer. */
const pauseShare = 0.05;

/** Leaves an endpoint alone that keeps failing, and finds out with one call now and then whether it is back. */
export class CircuitBreaker {
  readonly #now: () => number;
  #failures = 0;
  #openUntilMs = 0;
  #openSinceMs: number | undefined;
  #state: "closed" | "open" | "half-open" = "closed";

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get state(): "closed" | "open" | "half-open" {
    return this.#state;
  }

  /** When a call may be tried; 0 when any may, Infinity while one is being tried. */
  get tryAtMs(): number {
    return this.#state === "closed" ? 0 : this.#state === "open" ? this.#openUntilMs : Infinity;
  }

  /** A call begins. */
  began(): void {
    if (this.#state === "open") this.#state = "half-open";
  }

  /** The endpoint said something, if only that it has no room. */
  succeeded(): void {
    this.#failures = 0;
    this.#state = "closed";
    this.#openSinceMs = undefined;
  }

  /** Returns true when this opened the circuit, or kept it open. @param isDown Nobody listens, for certain. */
  failed(kind: "connection" | "server", isDown = false): boolean {
    this.#failures++;
    if (this.#state === "open" || (this.#state === "closed" && !isDown && this.#failures < broken[kind])) return false;
    const now = this.#now();
    this.#openSinceMs ??= now;
    this.#openUntilMs = now + Math.min(Math.max(pauseShare * (now - this.#openSinceMs), leastPauseMs), longestPauseMs);
    this.#state = "open";
    return true;
  }
}
