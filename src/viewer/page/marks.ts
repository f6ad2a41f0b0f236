import type { MarkShape } from "../wire-shapes.ts";

/**
 * The next mark when the key is pressed. A row without a mark is kept, then dropped, then unmarked.
 */
export function nextMark(mark: MarkShape | null): MarkShape {
  const note = mark?.note ?? "";
  if (mark?.mark === "keep") return { mark: "drop", note };
  if (mark?.mark === "drop") return { mark: null, note };
  return { mark: "keep", note };
}
