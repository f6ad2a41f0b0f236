/** Rows at once to begin with, and the fewest: enough for a model that replies within milliseconds. */
const fewest = 48;
/** Above this share of its time the event loop is what rows wait for. */
const saturated = 0.97;
/** Below it the loop has time for more. */
const spare = 0.9;
const mostGrowth = 1.5;
const decay = 0.9;

/**
 * How many rows are at work at once: few to begin with, and up to `most` while the event loop has time to spare. Once this process is what rows
 * wait for, more at once are done no sooner: each would wait longer, and hold its texts for longer.
 */
export class RowsAtOnce {
  readonly #most: number;
  readonly #loopUse: () => number;
  #now: number;

  /** @param loopUse The share of time, 0 to 1, that the event loop was at work since this was last asked. */
  constructor(most: number, loopUse: () => number = eventLoopUse()) {
    this.#most = Math.max(1, most);
    this.#loopUse = loopUse;
    this.#now = Math.min(fewest, this.#most);
  }

  get now(): number {
    return Math.floor(this.#now);
  }

  /** Looks at the event loop again; to be called some twenty times a second. */
  adapt(): void {
    const use = this.#loopUse();
    // As many more as would take up what it has to spare.
    if (use < spare) this.#now = Math.min(this.#most, this.#now * Math.min(mostGrowth, saturated / use));
    else if (use > saturated) this.#now = Math.max(Math.min(fewest, this.#most), this.#now * decay);
  }
}

function eventLoopUse(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const current = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(current, last);
    last = current;
    return utilization;
  };
}
