import { useState } from "preact/hooks";
import type { MarkShape } from "../wire-shapes.ts";
import { putMark } from "./api.ts";

export interface Marking {
  /** Why the last mark was not stored. Undefined when it was. */
  readonly problem: string | undefined;
  readonly mark: (row: { readonly position: number; readonly id: string }, mark: MarkShape) => void;
}

/** @param onMarked Called once a mark is stored in the run directory. */
export function useMark(onMarked: () => void): Marking {
  const [problem, setProblem] = useState<string>();
  const save = async (position: number, id: string, mark: MarkShape): Promise<void> => {
    try {
      await putMark(position, id, mark);
      setProblem(undefined);
      onMarked();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return { problem, mark: ({ position, id }, mark) => void save(position, id, mark) };
}
