import { strangerOf } from "../../statistics/stranger.ts";
import { numberOfText } from "../../statistics/seeded-draw.ts";
import type { DrawnRow, DrawnRows } from "./draw-rows.ts";
import type { SubjectPhrase } from "./subject.ts";

/** A row to be judged. */
export interface RowToJudge extends DrawnRow {
  /**
   * Phrases of another row's system message that its own does not hold. Empty for a row that takes
   * no part in the calibration.
   */
  readonly foreign: readonly SubjectPhrase[];
}

/**
 * The drawn rows, those of the calibration first, so that an unfinished judging is calibrated as
 * well as it can be. The others follow in input order.
 * @param options `size` is the number of rows of the calibration. They are the first ones of the
 * seed's draw, so that every sample of at least this size has the same ones.
 */
export async function* withForeignPhrases(
  rows: DrawnRows,
  options: { readonly seed: number; readonly size: number },
): AsyncGenerator<RowToJudge, void, void> {
  const first = await firstDrawn(rows, options);
  for (const [place, row] of first.entries()) yield { ...row, foreign: foreignFor(first, place) };
  const begun = new Set(first.map(({ index }) => index));
  for await (const row of rows.subjects()) if (!begun.has(row.index)) yield { ...row, foreign: [] };
}

/** Rows in the order of the draw, which the order of the input does not change. */
async function firstDrawn(rows: DrawnRows, { seed, size }: { readonly seed: number; readonly size: number }): Promise<DrawnRow[]> {
  if (size === 0) return [];
  let first: { readonly row: DrawnRow; readonly number: number }[] = [];
  for await (const row of rows.subjects()) {
    const number = numberOfText(seed, row.subject.id);
    first = [...first, { row, number }].toSorted((a, b) => a.number - b.number).slice(0, size);
  }
  return first.map(({ row }) => row);
}

/** The phrases of the next row of the same source whose message is another one. */
function foreignFor(rows: readonly DrawnRow[], place: number): readonly SubjectPhrase[] {
  const stranger = strangerOf(rows, place, {
    groupOf: ({ subject }) => subject.source,
    isStranger: (row, other) => notIn(row, other).length > 0,
  });
  const row = rows[place];
  return row === undefined || stranger === undefined ? [] : notIn(row, stranger);
}

function notIn(row: DrawnRow, { subject: { phrases } }: DrawnRow): SubjectPhrase[] {
  const own = new Set(row.subject.phrases.map(wording));
  return phrases.filter((phrase) => !own.has(wording(phrase)));
}

/** The same for phrases that differ in case, white space and punctuation alone. */
function wording({ text }: SubjectPhrase): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
