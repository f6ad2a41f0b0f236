import type { DatasetEntry } from "../datasets/index.ts";
import { largestDrawn, numberOfPosition } from "../statistics/seeded-draw.ts";

export interface DrawnRows {
  /** In the order in which they are drawn. The first n rows are what `--sample n` draws. */
  readonly rows: readonly DatasetEntry[];
  /**
   * The count of rows that the sample was drawn from, which is all rows that the run would take.
   */
  readonly totalRows: number;
}

/** A row that is drawn so far. */
interface Candidate {
  readonly number: number;
  readonly entry: DatasetEntry;
}

/**
 * Draws the rows that `selectRows` draws for the same size and seed. Goes through the rows once, so
 * that a pipe can be drawn from too. Memory holds at most twice as many rows as are drawn.
 */
export async function drawSample(
  entries: AsyncIterable<DatasetEntry>,
  { size, seed, signal }: { readonly size: number; readonly seed: number; readonly signal: AbortSignal },
): Promise<DrawnRows> {
  let candidates: Candidate[] = [];
  let largest = Infinity;
  let totalRows = 0;
  const keepDrawn = (): void => {
    largest = largestDrawn(
      Float64Array.from(candidates, ({ number }) => number),
      size,
    );
    candidates = candidates.filter(({ number }) => number <= largest);
  };
  for await (const entry of entries) {
    signal.throwIfAborted();
    totalRows++;
    const number = numberOfPosition(seed, entry.index);
    if (number <= largest) candidates.push({ number, entry });
    if (candidates.length >= 2 * size) keepDrawn();
  }
  keepDrawn();
  const rows = candidates.toSorted((a, b) => a.number - b.number).map(({ entry }) => entry);
  return { rows, totalRows };
}
