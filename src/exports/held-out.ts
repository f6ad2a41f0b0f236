import type { ExportedRow, ExportedRun, LeftOutRows } from "./exported-row.ts";
import { surveySplit } from "./split-survey.ts";

/** Which rows no variant is trained on, so that the trained models can be asked them. */
export interface HeldOut {
  /** Of the rows, from 0 to less than 1. */
  readonly share: number;
  /** Another seed draws other rows. */
  readonly seed: number;
}

/** The rows of a run that a model is trained on, and those that it is not. */
export interface DividedRows {
  readonly trained: readonly ExportedRow[];
  readonly heldOut: readonly ExportedRow[];
  readonly leftOut: Readonly<LeftOutRows>;
}

/**
 * Divides the rows of a run. The ids decide, so the same rows are held out in every variant.
 * Near-duplicates are on the side of the smallest id among them. So rows change sides when a run
 * grows by a near-duplicate with a smaller id.
 */
export function divideRows(run: Pick<ExportedRun, "rows">, { share, seed }: HeldOut): DividedRows {
  const leftOut: LeftOutRows = { byMark: 0, keptOriginal: 0 };
  const rows = [...run.rows(leftOut)];
  if (share === 0) return { trained: rows, heldOut: [], leftOut };
  const sides = [
    { name: "train", share: 1 - share },
    { name: "held-out", share },
  ];
  const survey = surveySplit(rows, sides, seed);
  const onSide = (name: string): ExportedRow[] => rows.filter((_, position) => survey.sideAt(position) === name);
  return { trained: onSide("train"), heldOut: onSide("held-out"), leftOut };
}

/**
 * The rows of a run that other runs have on the same side. Runs of the same input may lack
 * different rows, and so have near-duplicates on different sides. Rows that are trained on in one
 * run and held out in another are on neither side, so that no model is asked what it was trained
 * on.
 */
export function sharedRows(own: DividedRows, others: readonly DividedRows[]): DividedRows {
  const shared = (side: "trained" | "heldOut"): ExportedRow[] => {
    const ids = others.map((other) => new Set(other[side].map(({ id }) => id)));
    return own[side].filter(({ id }) => ids.every((known) => known.has(id)));
  };
  return { trained: shared("trained"), heldOut: shared("heldOut"), leftOut: own.leftOut };
}
