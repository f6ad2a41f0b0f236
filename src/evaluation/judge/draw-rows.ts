import { hash } from "node:crypto";
import { readExportedRow } from "../../exports/exported-row.ts";
import type { Store } from "../../runs/store.ts";
import { subjectOf, type Subject } from "./subject.ts";

export interface DrawnRows {
  /** Rows of the run that are done. */
  readonly done: number;
  /** Rows drawn, at most `sample`. */
  readonly drawn: number;
  /** The drawn rows in input order. Each is read when it is asked for. */
  subjects(): AsyncGenerator<{ readonly subject: Subject; readonly index: number }, void, void>;
}

/**
 * Draws done rows at random. Each row has a random number of its own, made of the seed and its id,
 * and the rows with the smallest numbers are drawn. The same seed draws the same rows. A larger
 * sample holds the smaller one. Rows that come to the run later change few of the drawn.
 */
export function drawRows(store: Store, { sample, seed }: { readonly sample: number; readonly seed: number }): DrawnRows {
  const done = store.results.count().reduce((sum, { outcome, rows }) => sum + (outcome === "done" ? rows : 0), 0);
  const largest = done <= sample ? Infinity : (numbersOf(store, done, seed).toSorted()[sample - 1] ?? Infinity);
  return {
    done,
    drawn: Math.min(done, sample),
    async *subjects() {
      let index = 0;
      for (const { body } of store.results.done()) {
        const row = readExportedRow(body, undefined);
        if (index < sample && numberOf(row.id, seed) <= largest) yield { subject: subjectOf(row), index: index++ };
      }
    },
  };
}

function numbersOf(store: Store, done: number, seed: number): Float64Array {
  const numbers = new Float64Array(done);
  let index = 0;
  for (const { body } of store.results.done()) numbers[index++] = numberOf(readExportedRow(body, undefined).id, seed);
  return numbers;
}

/** A row's random number, which is the first 52 bits of the SHA-1 of seed and id. */
function numberOf(id: string, seed: number): number {
  return Number.parseInt(hash("sha1", `${seed}\0${id}`, "hex").slice(0, 13), 16);
}
