/** A window of replies. It is full when it has as many replies as calls were allowed at once. */
export interface ThroughputWindow {
  /** Mean number of calls at once. */
  readonly calls: number;
  /**
   * Calls at once divided by latency, by Little's law (L = λW). Latency is relative to the first
   * replies, so the unit is replies per latency of the first replies.
   */
  readonly throughput: number;
}

/** Fewer replies than this say nothing about latency. */
const fewestReplies = 16;

/**
 * Gathers replies into windows. A latency is divided by the mean of the first 16 of its kind,
 * because the phases differ in length. So replies of all kinds can stand in one window.
 */
export class ThroughputWindows {
  readonly #first = new Map<string, { replies: number; meanMs: number }>();
  #replies = 0;
  #ratios = 0;
  #inFlight = 0;

  /**
   * Adds a reply.
   * @param inFlight Calls in flight when the call began, itself included.
   * @param size Replies that make a window, 16 at the least.
   * @returns The window when it is full.
   */
  add(kind: string, tookMs: number, inFlight: number, size: number): ThroughputWindow | undefined {
    this.#ratios += this.#ratioToFirst(kind, tookMs);
    this.#inFlight += inFlight;
    if (++this.#replies < Math.max(size, fewestReplies)) return undefined;
    const calls = this.#inFlight / this.#replies;
    const throughput = this.#inFlight / this.#ratios;
    this.drop();
    return { calls, throughput };
  }

  /** Forgets the unfinished window. */
  drop(): void {
    this.#replies = this.#ratios = this.#inFlight = 0;
  }

  #ratioToFirst(kind: string, tookMs: number): number {
    let first = this.#first.get(kind);
    if (first === undefined) this.#first.set(kind, (first = { replies: 0, meanMs: 0 }));
    if (first.replies < fewestReplies) first.meanMs += (tookMs - first.meanMs) / ++first.replies;
    return tookMs / Math.max(0.01, first.meanMs);
  }
}
