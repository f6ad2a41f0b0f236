/** Which rows of an input are taken. Positions count from 0. */
export interface Selection {
  includes(position: number): boolean;
  /** No row at or after this position is taken. `Infinity` without a limit. */
  readonly end: number;
  /** True when every row is taken. */
  readonly isAll: boolean;
}

/** Which rows to take. Default all. */
export interface SelectionOptions {
  /** Number of rows to skip at the beginning. Default 0. */
  readonly offset?: number | undefined;
  /** The largest number of rows to take after the offset. Default no limit. */
  readonly limit?: number | undefined;
  /**
   * Number of rows to draw at random from the rows that `offset` and `limit` leave. Default all of
   * them.
   */
  readonly sample?: number | undefined;
  /** Seed of the random draw. Default 0. */
  readonly seed?: number | undefined;
}

/**
 * Selects the rows from `offset` on, at most `limit` of them, and draws `sample` of these at
 * random. Each position has a random number made of the seed, and the smallest numbers are drawn. A
 * larger sample thus contains the smaller one, and appending rows to the input changes few of the
 * drawn rows.
 * @param countRows Counts the rows of the input. Called only for a sample.
 */
export async function selectRows(options: SelectionOptions, countRows: () => Promise<number>): Promise<Selection> {
  const { offset = 0, limit = Infinity, sample, seed = 0 } = options;
  const end = offset + limit;
  if (sample === undefined)
    return { includes: (position) => position >= offset && position < end, end, isAll: offset === 0 && limit === Infinity };
  const numbers = new Float64Array(Math.max(0, Math.min(end, await countRows()) - offset));
  for (let index = 0; index < numbers.length; index++) numbers[index] = randomNumber(seed, offset + index);
  const largest = numbers.toSorted()[sample - 1] ?? Infinity;
  return { includes: (position) => position >= offset && position < end && randomNumber(seed, position) <= largest, end, isAll: false };
}

/** 53 bits out of a seed and a position, by two rounds of MurmurHash3's finalizer: the smaller it is, the earlier is the position drawn. */
export function randomNumber(seed: number, position: number): number {
  const high = mixed(mixed(seed | 0) ^ mixed(position | 0) ^ Math.floor(position / 2 ** 32));
  const low = mixed(high ^ 0x9e3779b9 ^ Math.imul(position | 0, 0x85ebca6b));
  return (high >>> 5) * 2 ** 26 + (low >>> 6);
}

function mixed(value: number): number {
  let hash = value + 0x7f4a7c15;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
