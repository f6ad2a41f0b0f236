/** Which rows of an input are taken, by their position from 0. */
export interface Selection {
  includes(position: number): boolean;
  /** No row at or after this position is taken. */
  readonly end: number;
  /** Every row is taken. */
  readonly isAll: boolean;
}

export interface SelectionOptions {
  /** Rows to skip at the beginning. */
  readonly offset?: number | undefined;
  /** Rows to take at most, after the offset. */
  readonly limit?: number | undefined;
  /** Rows to draw at random out of the others. */
  readonly sample?: number | undefined;
  /** Seed of the draw; default 0. */
  readonly seed?: number | undefined;
}

/**
 * Rows from `offset` on, at most `limit`; of these `sample` at random. Each position has a random number of its own, made of the seed, and the
 * smallest are drawn: a larger sample holds the smaller one, and rows added to the input change few of the drawn.
 * @param countRows how many rows the input has; asked only for a sample.
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
