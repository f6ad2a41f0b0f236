import { expect, test } from "vitest";
import { numberOfPosition } from "../statistics/seeded-draw.ts";
import { CompactHashTable, type Pair } from "./compact-hash-table.ts";

/** Random numbers of 32 bits. The same seed brings the same numbers. */
function numbers(seed: number): () => number {
  let position = 0;
  return () => Math.floor(numberOfPosition(seed, position++) / 2 ** 21);
}

test("what was added is found, and nothing else, through all its growth", () => {
  const next = numbers(7);
  const table = new CompactHashTable(32, (_high, low) => low);
  const known = new Map<number, Pair[]>();
  for (let index = 1; index <= 200_000; index++) {
    const pair: Pair = [index, next()];
    table.add(...pair);
    known.set(pair[1], [...(known.get(pair[1]) ?? []), pair]);
  }
  for (const [hash, pairs] of known) if (table.find(hash).join() !== pairs.join()) throw new Error(`${hash} is not as it was added`);
  const others = Array.from({ length: 10_000 }, next).filter((hash) => !known.has(hash));
  expect(others.flatMap((hash) => table.find(hash))).toEqual([]);
});

test("pairs of one hash come in the order in which they were added, also at the end of a part", () => {
  const bits = 24;
  const table = new CompactHashTable(bits, (high) => high >>> 8);
  const last = 2 ** bits - 1;
  const others = numbers(1);
  for (let low = 0; low < 40; low++) {
    table.add(last * 2 ** 8, low);
    // Pairs of the same part make it grow meanwhile.
    for (let more = 0; more < 60; more++) table.add((((others() >>> 8) | 63) % last || 63) * 2 ** 8, 1_000_000 + low);
  }
  expect(table.find(last).map(([, low]) => low)).toEqual(Array.from({ length: 40 }, (_, low) => low));
});

test("an empty one holds nothing", () => {
  expect(new CompactHashTable(32, (_high, low) => low).find(0)).toEqual([]);
});
