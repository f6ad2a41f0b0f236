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
 * Divides the rows of a run. The ids decide, so the same rows are held out in every variant, and
 * when the run grows. Near-duplicates are on one side.
 */
export function divideRows(run: ExportedRun, { share, seed }: HeldOut): DividedRows {
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
