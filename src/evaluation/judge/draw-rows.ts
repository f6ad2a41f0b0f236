import { readExportedRow } from "../../exports/exported-row.ts";
import type { Store } from "../../runs/store.ts";
import { largestDrawn, numberOfText } from "../../statistics/seeded-draw.ts";
import { subjectOf, type Subject } from "./subject.ts";

export interface DrawnRow {
  readonly subject: Subject;
  /** Place among the drawn rows, from 0. */
  readonly index: number;
}

export interface DrawnRows {
  /** Rows of the run that are done. */
  readonly done: number;
  /** Rows drawn, at most `sample`. */
  readonly drawn: number;
  /** The drawn rows in input order. Each row is read when the generator comes to it. */
  subjects(): AsyncGenerator<DrawnRow, void, void>;
}

/** Draws done rows at random, by their ids (statistics/seeded-draw.ts). */
export function drawRows(store: Store, { sample, seed }: { readonly sample: number; readonly seed: number }): DrawnRows {
  const done = store.results.count().reduce((sum, { outcome, rows }) => sum + (outcome === "done" ? rows : 0), 0);
  const largest = done <= sample ? Infinity : largestDrawn(numbersOf(store, done, seed), sample);
  return {
    done,
    drawn: Math.min(done, sample),
    async *subjects() {
      let index = 0;
      for (const { body } of store.results.done()) {
        const row = readExportedRow(body, undefined);
        if (index < sample && numberOfText(seed, row.id) <= largest) yield { subject: subjectOf(row), index: index++ };
      }
    },
  };
}

function numbersOf(store: Store, done: number, seed: number): Float64Array {
  const numbers = new Float64Array(done);
  let index = 0;
  for (const { body } of store.results.done()) numbers[index++] = numberOfText(seed, readExportedRow(body, undefined).id);
  return numbers;
}
