import { useRef, useState } from "preact/hooks";
import type { MarkShape } from "../wire-shapes.ts";
import { counted, thousands } from "../../texts/number-text.ts";
import { markAll, undoMarkAll } from "./api.ts";
import type { Rows } from "./use-rows.ts";

type Mark = MarkShape["mark"];

const done = { keep: "marked keep", drop: "marked drop", none: "without a mark" };

export interface MarkAllProps {
  readonly query: string;
  readonly rows: Rows;
  readonly onMarked: () => void;
}

interface Said {
  readonly text: string;
  readonly canUndo: boolean;
}

/** Marks all rows of the filter, once the user has seen how many they are. It can be undone. */
export function MarkAll({ query, rows, onMarked }: MarkAllProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState<Said>();
  const total = rows.isComplete ? (rows.total ?? 0) : 0;
  const work = async (ask: () => Promise<Said>): Promise<void> => {
    dialog.current?.close();
    setBusy(true);
    setSaid({ text: "Marking…", canUndo: false });
    try {
      setSaid(await ask());
    } catch (error) {
      setSaid({ text: error instanceof Error ? error.message : String(error), canUndo: false });
    }
    setBusy(false);
    onMarked();
  };
  const mark = (chosen: Mark): void =>
    void work(async () => {
      const { rows: marked, changed } = await markAll(query, chosen);
      const before = marked === changed ? "" : ` (${thousands(marked - changed)} were already)`;
      return { text: `${counted(marked, "row")} ${done[chosen ?? "none"]}${before}`, canUndo: changed > 0 };
    });
  const undo = (): void =>
    void work(async () => ({
      text: `${counted((await undoMarkAll()).changed, "row has", "rows have")} the mark of before`,
      canUndo: false,
    }));
  return (
    <span class="mark-all">
      <button type="button" disabled={total === 0 || isBusy} onClick={() => dialog.current?.showModal()}>
        Mark all…
      </button>
      {said !== undefined && (
        <span role="status" data-testid="marked">
          {said.text}{" "}
          {said.canUndo && (
            <button type="button" class="plain link" onClick={undo}>
              Undo
            </button>
          )}
        </span>
      )}
      <dialog ref={dialog} aria-labelledby="mark-all-title">
        <h2 id="mark-all-title">Mark {counted(total, "row")}</h2>
        <p>
          {query === "" ? "These are all rows of the run." : "These are all rows of the filter."} Other marks on them are replaced, and
          notes stay. An export leaves out rows that are marked drop.
        </p>
        <div class="dialog-buttons">
          <button type="button" class="mark-keep" onClick={() => mark("keep")}>
            <span aria-hidden="true">★</span> Keep {thousands(total)}
          </button>
          <button type="button" class="mark-drop" onClick={() => mark("drop")}>
            <span aria-hidden="true">⊘</span> Drop {thousands(total)}
          </button>
          <button type="button" onClick={() => mark(null)}>
            Clear marks
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </dialog>
    </span>
  );
}
