import { largestDrawn, numberOfPosition } from "../statistics/seeded-draw.ts";

/** Which rows of an input are taken, by their position from 0. */
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
 * Takes at most `limit` rows from `offset` on. If there is a `sample`, draws that many of them at
 * random, by position (statistics/seeded-draw.ts).
 * @param countRows How many rows the input has. Called only for a sample.
 */
export async function selectRows(options: SelectionOptions, countRows: () => Promise<number>): Promise<Selection> {
  const { offset = 0, limit = Infinity, sample, seed = 0 } = options;
  const end = offset + limit;
  if (sample === undefined)
    return { includes: (position) => position >= offset && position < end, end, isAll: offset === 0 && limit === Infinity };
  const numbers = new Float64Array(Math.max(0, Math.min(end, await countRows()) - offset));
  for (let index = 0; index < numbers.length; index++) numbers[index] = numberOfPosition(seed, offset + index);
  const largest = largestDrawn(numbers, sample);
  return { includes: (position) => position >= offset && position < end && numberOfPosition(seed, position) <= largest, end, isAll: false };
}
