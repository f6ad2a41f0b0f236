import type { Quota } from "../../records/quota.ts";

export interface PaceOptions {
  /** The user's own limits; undefined: none. */
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  /** Milliseconds on a clock that never jumps. Default `performance.now`. */
  readonly now?: () => number;
}

export type PaceHold = "rate-limit" | "requests-per-minute" | "tokens-per-minute";

/**
 * When an endpoint may be sent the next call, by the clock: the user's requests and tokens per minute, the server's own rate-limit headers,
 * and pauses that it asked for (Retry-After).
 */
export class Pace {
  readonly #now: () => number;
  readonly #requests: Bucket | undefined;
  readonly #tokens: Bucket | undefined;
  #pausedUntilMs = 0;
  #begun = 0;
  #left: { requests: number; atMs: number } | undefined;
  #tokensLeft: { tokens: number; atMs: number } | undefined;
  #held: { by: PaceHold; atMs: number } | undefined;

  constructor({ requestsPerMinute, tokensPerMinute, now = () => performance.now() }: PaceOptions) {
    this.#now = now;
    this.#requests = requestsPerMinute === undefined ? undefined : new Bucket(requestsPerMinute, now);
    this.#tokens = tokensPerMinute === undefined ? undefined : new Bucket(tokensPerMinute, now);
  }

  /** What held up calls in the last ten seconds; undefined when nothing did. */
  get heldBy(): PaceHold | undefined {
    return this.#held !== undefined && this.#now() - this.#held.atMs < 10_000 ? this.#held.by : undefined;
  }

  /** When a call of about so many tokens may be sent; a time that has passed when it may be sent now. */
  readyAtMs(tokens: number): number {
    let latest = this.#pausedUntilMs;
    let held: PaceHold = "rate-limit";
    const need = (atMs: number, why: PaceHold): void => {
      if (atMs > latest) [latest, held] = [atMs, why];
    };
    if (this.#left !== undefined && this.#left.requests < 1) need(this.#left.atMs, "rate-limit");
    if (this.#tokensLeft !== undefined && this.#tokensLeft.tokens < tokens) need(this.#tokensLeft.atMs, "rate-limit");
    if (this.#requests) need(this.#requests.readyAtMs(1), "requests-per-minute");
    if (this.#tokens) need(this.#tokens.readyAtMs(tokens), "tokens-per-minute");
    const now = this.#now();
    if (latest > now) this.#held = { by: held, atMs: now };
    return latest;
  }

  /** A call is sent. Returns its number. */
  begin(tokens: number): number {
    this.#requests?.take(1);
    this.#tokens?.take(tokens);
    if (this.#left) this.#left.requests--;
    if (this.#tokensLeft) this.#tokensLeft.tokens -= tokens;
    return ++this.#begun;
  }

  /** What a call came to; tokens that were counted too many or too few are put right. */
  used(expectedTokens: number, tokens: number): void {
    this.#tokens?.take(tokens - expectedTokens);
  }

  /** What the server said with the reply to a call: calls sent after it are not in that. */
  learn(quota: Quota, call: number): void {
    const now = this.#now();
    const after = this.#begun - call;
    if (quota.requestsLeft !== undefined)
      this.#left = { requests: quota.requestsLeft - after, atMs: now + (quota.requestsResetMs ?? 1_000) };
    if (quota.tokensLeft !== undefined) this.#tokensLeft = { tokens: quota.tokensLeft, atMs: now + (quota.tokensResetMs ?? 1_000) };
  }

  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#now() + ms);
    this.#left = this.#tokensLeft = undefined;
  }
}

/** A token bucket of one second's worth: no minute holds more than the limit. It may go below nothing, when a call came to more than was expected. */
class Bucket {
  readonly #perMs: number;
  readonly #capacity: number;
  readonly #now: () => number;
  #level: number;
  #atMs: number;

  constructor(perMinute: number, now: () => number) {
    // With the second's worth at the beginning, 61 seconds' worth fall into a minute.
    this.#perMs = perMinute / 61_000;
    this.#capacity = Math.max(1, perMinute / 61);
    this.#now = now;
    this.#level = this.#capacity;
    this.#atMs = now();
  }

  readyAtMs(amount: number): number {
    this.#fill();
    // A call larger than the bucket is sent when the bucket is full.
    const missing = Math.min(amount, this.#capacity) - this.#level;
    return missing <= 0 ? 0 : this.#atMs + missing / this.#perMs;
  }

  take(amount: number): void {
    this.#fill();
    this.#level -= amount;
  }

  #fill(): void {
    const now = this.#now();
    this.#level = Math.min(this.#capacity, this.#level + (now - this.#atMs) * this.#perMs);
    this.#atMs = now;
  }
}
