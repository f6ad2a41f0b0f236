/** One round of replies: as many as calls were allowed at once. */
export interface Round {
  /** Mean number of calls at once. */
  readonly calls: number;
  /** By Little's law (L = λW): calls at once over latency. In replies of the first ones' length per their time, so that it can be compared. */
  readonly throughput: number;
}

/** Fewer replies than this say nothing about latency. */
const fewest = 16;

/** Latencies, as ratios to the first replies of their kind (phases differ in length), gathered into rounds. */
export class Rounds {
  readonly #first = new Map<string, { replies: number; meanMs: number }>();
  #replies = 0;
  #ratios = 0;
  #inFlight = 0;

  /** Adds a reply; returns the round when it is full. */
  add(kind: string, tookMs: number, inFlight: number, size: number): Round | undefined {
    this.#ratios += this.#ratioToFirst(kind, tookMs);
    this.#inFlight += inFlight;
    if (++this.#replies < Math.max(size, fewest)) return undefined;
    const calls = this.#inFlight / this.#replies;
    const throughput = this.#inFlight / this.#ratios;
    this.drop();
    return { calls, throughput };
  }

  /** Forgets the unfinished round. */
  drop(): void {
    this.#replies = this.#ratios = this.#inFlight = 0;
  }

  #ratioToFirst(kind: string, tookMs: number): number {
    let first = this.#first.get(kind);
    if (first === undefined) this.#first.set(kind, (first = { replies: 0, meanMs: 0 }));
    if (first.replies < fewest) first.meanMs += (tookMs - first.meanMs) / ++first.replies;
    return tookMs / Math.max(0.01, first.meanMs);
  }
}
