import type { DatasetEntry } from "../datasets/index.ts";
import { randomNumber } from "../datasets/selection.ts";

export interface DrawnRows {
  /** In the order in which they are drawn. The first n are the rows that `--sample n` draws. */
  readonly rows: readonly DatasetEntry[];
  /** Rows that the sample was drawn from, which are all that the run would take. */
  readonly totalRows: number;
}

interface Ticket {
  readonly number: number;
  readonly entry: DatasetEntry;
}

/**
 * Draws `size` rows at random in one pass, so that a pipe can be drawn from too. The rows with the
 * smallest random numbers are drawn, as `selectRows` does it. At most `2 * size` rows are in
 * memory.
 * @throws the signal's reason once it is aborted
 */
export async function drawSample(
  entries: AsyncIterable<DatasetEntry>,
  { size, seed, signal }: { readonly size: number; readonly seed: number; readonly signal: AbortSignal },
): Promise<DrawnRows> {
  let drawn: Ticket[] = [];
  let largest = Infinity;
  let totalRows = 0;
  const settle = (): void => {
    drawn = drawn.toSorted((a, b) => a.number - b.number).slice(0, size);
    if (drawn.length === size) largest = drawn.at(-1)?.number ?? largest;
  };
  for await (const entry of entries) {
    signal.throwIfAborted();
    totalRows++;
    const number = randomNumber(seed, entry.index);
    if (number < largest) drawn.push({ number, entry });
    if (drawn.length >= 2 * size) settle();
  }
  settle();
  return { rows: drawn.map(({ entry }) => entry), totalRows };
}
