import type { MarkShape } from "../wire-shapes.ts";

/** The mark that follows when it is asked for by key: keep, drop, none. */
export function nextMark(mark: MarkShape | null): MarkShape {
  const note = mark?.note ?? "";
  if (mark?.mark === "keep") return { mark: "drop", note };
  if (mark?.mark === "drop") return { mark: null, note };
  return { mark: "keep", note };
}
