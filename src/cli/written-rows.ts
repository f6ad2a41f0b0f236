import type { LeftOutRows } from "../exports/exported-row.ts";
import type { Variant } from "../exports/variant.ts";
import { counted, thousands } from "../texts/number-text.ts";

interface WrittenRows {
  /** Rows that were written. */
  readonly rows: number;
  /** Rows among these that keep an original response. */
  readonly originalKept: number;
  readonly responses: Variant["responses"];
  readonly leftOut: Readonly<LeftOutRows>;
}

/** What the rows of an export hold, and which rows it leaves out by choice. Its last line. */
export function writtenRows({ rows, originalKept, responses, leftOut: { byMark, keptOriginal } }: WrittenRows): string {
  const held =
    responses === "original"
      ? "with the input's responses"
      : `${thousands(rows - originalKept)} written anew, ${thousands(originalKept)} with the original kept`;
  return [
    `${counted(rows, "row")}: ${held}`,
    ...(keptOriginal > 0 ? [`${counted(keptOriginal, "row")} with the original kept left out (--kept-original include takes them)`] : []),
    ...(byMark > 0 ? [`${counted(byMark, "row")} left out by their marks (--marked)`] : []),
  ].join("; ");
}
