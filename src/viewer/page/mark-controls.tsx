import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { MarkShape } from "../wire-shapes.ts";

export interface MarkControlsProps {
  readonly mark: MarkShape | null;
  readonly noteBox: RefObject<HTMLTextAreaElement | null>;
  readonly onMark: (mark: MarkShape) => void;
}

/**
 * Buttons that mark the row to keep or to drop, and a note. Marks are stored in the run directory.
 * By default an export leaves out the rows that are marked to drop.
 */
export function MarkControls({ mark, noteBox, onMark }: MarkControlsProps) {
  const said = mark?.note ?? "";
  const [note, setNote] = useState(said);
  useEffect(() => setNote(said), [said]);
  const current = mark?.mark ?? null;
  const toggle = (name: "keep" | "drop"): void => onMark({ mark: current === name ? null : name, note });
  return (
    <div class="marks" role="group" aria-label="Mark">
      <button type="button" class="mark-button mark-keep" aria-pressed={current === "keep"} onClick={() => toggle("keep")} title="Mark (m)">
        <span aria-hidden="true">★</span> Keep
      </button>
      <button type="button" class="mark-button mark-drop" aria-pressed={current === "drop"} onClick={() => toggle("drop")} title="Mark (m)">
        <span aria-hidden="true">⊘</span> Drop
      </button>
      <label class="note">
        <span class="hidden">Note</span>
        <textarea
          ref={noteBox}
          rows={1}
          maxLength={4000}
          placeholder="Note (e)"
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
          onBlur={() => {
            if (note.trim() !== said) onMark({ mark: current, note: note.trim() });
          }}
          onKeyDown={(event) => {
            const isDone = event.key === "Escape" || (event.key === "Enter" && !event.shiftKey);
            if (!isDone) return;
            event.preventDefault();
            event.currentTarget.blur();
          }}
        />
      </label>
    </div>
  );
}
