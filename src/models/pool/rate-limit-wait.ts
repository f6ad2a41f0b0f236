import type { ModelError } from "../../errors.ts";

/** A server that refuses calls for so long, and never answered one, will answer none. */
const longestMs = 180_000;
/** How often the user is told that calls wait. */
const tellEveryMs = 60_000;

/** How long a pool has been refused for its rate limit without a reply. */
export class RateLimitWait {
  readonly #onNotice: (text: string) => void;
  readonly #now: () => number;
  #hasReplied = false;
  #wait: { sinceMs: number; toldMs: number; error: ModelError } | undefined;

  constructor(onNotice: (text: string) => void, now: () => number = () => performance.now()) {
    this.#onNotice = onNotice;
    this.#now = now;
  }

  replied(): void {
    this.#hasReplied = true;
    this.#wait = undefined;
  }

  refused(error: ModelError): void {
    const now = this.#now();
    this.#wait = { sinceMs: this.#wait?.sinceMs ?? now, toldMs: this.#wait?.toldMs ?? now, error };
  }

  /**
   * Tells the user from time to time that calls wait.
   * @returns The error that ends the run, once no reply has come for minutes since it began.
   */
  check(): ModelError | undefined {
    if (this.#wait === undefined) return undefined;
    const { sinceMs, toldMs, error } = this.#wait;
    const now = this.#now();
    const said = `${error.message}. No call has succeeded for ${Math.round((now - sinceMs) / 1000)} s`;
    if (!this.#hasReplied && now - sinceMs >= longestMs) return error.saying(said, { retryable: false, stops: "always" });
    if (now - toldMs >= tellEveryMs) {
      this.#wait.toldMs = now;
      this.#onNotice(`${said}: waiting.`);
    }
    return undefined;
  }
}
