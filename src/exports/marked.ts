import type { RowMark } from "../runs/row-marks.ts";

/**
 * Which rows go into an export, by the marks that people gave them. `not-drop` is the default and
 * leaves out rows that are marked drop. `keep` takes rows that are marked keep.
 */
const markedChoices = ["not-drop", "keep", "all"] as const;
export type MarkedChoice = (typeof markedChoices)[number];

/** Whether a row with this mark goes into the export. */
export function isWanted(choice: MarkedChoice, mark: RowMark | undefined): boolean {
  if (choice === "all") return true;
  return choice === "keep" ? mark?.mark === "keep" : mark?.mark !== "drop";
}
