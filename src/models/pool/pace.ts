import type { Quota } from "../../records/quota.ts";

export interface PaceOptions {
  /** The user's limit of requests per minute. Default none. */
  readonly requestsPerMinute?: number | undefined;
  /** The user's limit of tokens per minute, prompts and replies together. Default none. */
  readonly tokensPerMinute?: number | undefined;
  /** Milliseconds on a clock that never jumps. Default `performance.now`. */
  readonly now?: () => number;
}

export type PaceHold = "rate-limit" | "requests-per-minute" | "tokens-per-minute";

/** For how long after a delay `heldBy` still names its cause. */
const heldForMs = 10_000;
/**
 * Assumed time until a quota is full again, when a server names what is left and no time.
 */
const defaultResetMs = 1_000;

/**
 * The earliest time of the next call to an endpoint. The user's requests and tokens per minute, the
 * server's rate-limit headers and the pauses that the server asks for (`Retry-After`) decide it.
 */
export class Pace {
  readonly #now: () => number;
  readonly #requests: Bucket | undefined;
  readonly #tokens: Bucket | undefined;
  #pausedUntilMs = 0;
  /** Number of the last call. */
  #begun = 0;
  /** What is left of the server's quota, and when the quota is full again. */
  #requestsLeft: { requests: number; resetAtMs: number } | undefined;
  #tokensLeft: { tokens: number; resetAtMs: number } | undefined;
  #held: { by: PaceHold; atMs: number } | undefined;

  constructor({ requestsPerMinute, tokensPerMinute, now = () => performance.now() }: PaceOptions) {
    this.#now = now;
    this.#requests = requestsPerMinute === undefined ? undefined : new Bucket(requestsPerMinute, now);
    this.#tokens = tokensPerMinute === undefined ? undefined : new Bucket(tokensPerMinute, now);
  }

  /** What delayed a call in the last 10 seconds. Undefined when nothing did. */
  get heldBy(): PaceHold | undefined {
    return this.#held !== undefined && this.#now() - this.#held.atMs < heldForMs ? this.#held.by : undefined;
  }

  /** When a call of about `tokens` tokens may be sent. A time in the past means now. */
  readyAtMs(tokens: number): number {
    let latest = this.#pausedUntilMs;
    let held: PaceHold = "rate-limit";
    const need = (atMs: number, why: PaceHold): void => {
      if (atMs > latest) [latest, held] = [atMs, why];
    };
    if (this.#requestsLeft !== undefined && this.#requestsLeft.requests < 1) need(this.#requestsLeft.resetAtMs, "rate-limit");
    if (this.#tokensLeft !== undefined && this.#tokensLeft.tokens < tokens) need(this.#tokensLeft.resetAtMs, "rate-limit");
    if (this.#requests) need(this.#requests.readyAtMs(1), "requests-per-minute");
    if (this.#tokens) need(this.#tokens.readyAtMs(tokens), "tokens-per-minute");
    const now = this.#now();
    if (latest > now) this.#held = { by: held, atMs: now };
    return latest;
  }

  /**
   * A call is sent.
   * @returns The call's number, 1 for the first.
   */
  begin(tokens: number): number {
    this.#requests?.take(1);
    this.#tokens?.take(tokens);
    if (this.#requestsLeft) this.#requestsLeft.requests--;
    if (this.#tokensLeft) this.#tokensLeft.tokens -= tokens;
    return ++this.#begun;
  }

  /** A call has ended. Corrects the count from the expected to the real number of tokens. */
  used(expectedTokens: number, tokens: number): void {
    this.#tokens?.take(tokens - expectedTokens);
  }

  /**
   * A reply said what is left of the quota. The server did not yet know of the requests that were
   * sent after this call, so they are subtracted.
   * @param call The number of the call, from `begin`.
   */
  learn(quota: Quota, call: number): void {
    const now = this.#now();
    const sentSince = this.#begun - call;
    if (quota.requestsLeft !== undefined)
      this.#requestsLeft = { requests: quota.requestsLeft - sentSince, resetAtMs: now + (quota.requestsResetMs ?? defaultResetMs) };
    if (quota.tokensLeft !== undefined)
      this.#tokensLeft = { tokens: quota.tokensLeft, resetAtMs: now + (quota.tokensResetMs ?? defaultResetMs) };
  }

  /** Sends nothing for `ms` milliseconds. What was known of the server's quota is forgotten. */
  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#now() + ms);
    this.#requestsLeft = this.#tokensLeft = undefined;
  }
}

/**
 * A token bucket (https://en.wikipedia.org/wiki/Token_bucket) that holds one second's worth. No
 * minute ever has more than the limit. The level may be negative, after a call that used more than
 * expected.
 */
class Bucket {
  readonly #perMs: number;
  readonly #capacity: number;
  readonly #now: () => number;
  #level: number;
  #atMs: number;

  constructor(perMinute: number, now: () => number) {
    // 61, because a full bucket and 60 seconds of refilling may fall into one minute.
    this.#perMs = perMinute / 61_000;
    this.#capacity = Math.max(1, perMinute / 61);
    this.#now = now;
    this.#level = this.#capacity;
    this.#atMs = now();
  }

  readyAtMs(amount: number): number {
    this.#fill();
    // A call that is larger than the bucket is sent when the bucket is full.
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
