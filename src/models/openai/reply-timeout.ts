/** Replies of a kind to have seen before their times say anything. */
const enough = 20;
/** A call that takes this many times as long as the slowest of its kind is not slow, it is lost. */
const factor = 10;
const shortestMs = 30_000;

/** How long to wait for a reply: as long as the user allows, and less once it is known how long such replies take. */
export class Patience {
  readonly #longestMs: number;
  readonly #seen = new Map<string, { replies: number; slowestMs: number }>();

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /** Takes note of a reply to a call of this kind. */
  learn(kind: string, tookMs: number): void {
    const { replies, slowestMs } = this.#seen.get(kind) ?? { replies: 0, slowestMs: 0 };
    this.#seen.set(kind, { replies: replies + 1, slowestMs: Math.max(slowestMs, tookMs) });
  }

  /** A call of this kind was given up: the next ones get more time, in case it was slow after all. */
  gaveUp(kind: string, afterMs: number): void {
    this.learn(kind, afterMs);
  }

  timeoutMs(kind: string): number {
    const seen = this.#seen.get(kind);
    if (seen === undefined || seen.replies < enough) return this.#longestMs;
    return Math.min(this.#longestMs, Math.max(shortestMs, factor * seen.slowestMs));
  }
}
