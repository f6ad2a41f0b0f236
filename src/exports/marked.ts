import type { RowMark } from "../runs/row-marks.ts";

/** Which rows go into an export, by the marks that people gave them: those not marked drop (the default), those marked keep, or all. */
export const markedChoices = ["not-drop", "keep", "all"] as const;
export type MarkedChoice = (typeof markedChoices)[number];

export function isWanted(choice: MarkedChoice, mark: RowMark | undefined): boolean {
  if (choice === "all") return true;
  return choice === "keep" ? mark?.mark === "keep" : mark?.mark !== "drop";
}
