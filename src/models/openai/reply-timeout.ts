/** Replies of a kind that must have come before their times count. */
const fewestReplies = 20;
/** A call that takes 10 times as long as the slowest reply of its kind is lost, not slow. */
const factor = 10;
const shortestMs = 30_000;

/**
 * How long to wait for a reply. The time is the user's until 20 replies of a kind have come. From
 * then on it is 10 times the slowest of them, at least 30 seconds and at most the user's time. If
 * the slowest reply took 12 seconds, calls of that kind wait for 120 seconds.
 */
export class ReplyTimeout {
  readonly #longestMs: number;
  readonly #seen = new Map<string, { replies: number; slowestMs: number }>();

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /** Adds a reply to a call of this kind. */
  replied(kind: string, tookMs: number): void {
    const { replies, slowestMs } = this.#seen.get(kind) ?? { replies: 0, slowestMs: 0 };
    this.#seen.set(kind, { replies: replies + 1, slowestMs: Math.max(slowestMs, tookMs) });
  }

  /**
   * A call of this kind got no reply within `afterMs`. The next calls wait for longer, because this
   * one may have been slow and not lost.
   */
  timedOut(kind: string, afterMs: number): void {
    this.replied(kind, afterMs);
  }

  /** Milliseconds to wait for a reply to the next call of this kind. */
  of(kind: string): number {
    const seen = this.#seen.get(kind);
    if (seen === undefined || seen.replies < fewestReplies) return this.#longestMs;
    return Math.min(this.#longestMs, Math.max(shortestMs, factor * seen.slowestMs));
  }
}
