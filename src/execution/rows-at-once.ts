/**
 * Rows at once to begin with, and never fewer. Enough for a model that replies within milliseconds.
 */
const fewest = 48;
/**
 * If the event loop is at work for more than this share of the time, rows wait for this process.
 */
const saturated = 0.97;
/** If it is at work for less than this share, there is time for more rows. */
const spare = 0.9;
const mostGrowth = 1.5;
const decay = 0.9;

/**
 * Decides how many rows are at work at once. The number begins at 48 and grows up to `most` while
 * the event loop has time to spare. Once rows wait for this process, more rows at once are not done
 * sooner. Each would only wait longer, and hold its texts in memory for longer.
 */
export class RowsAtOnce {
  readonly #most: number;
  readonly #loopUse: () => number;
  #now: number;

  /**
   * @param most Most rows at once.
   * @param loopUse The share of time, 0 to 1, that the event loop was at work since the last call.
   */
  constructor(most: number, loopUse: () => number = eventLoopUse()) {
    this.#most = Math.max(1, most);
    this.#loopUse = loopUse;
    this.#now = Math.min(fewest, this.#most);
  }

  get now(): number {
    return Math.floor(this.#now);
  }

  /** Adapts the number to the use of the event loop. Call it some 20 times a second. */
  adapt(): void {
    const use = this.#loopUse();
    // At a use of 0.6, 0.97 / 0.6 = 1.6 times as many rows would use the loop up. Growth ends at
    // 1.5.
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
