import { useEffect, useRef, useState } from "preact/hooks";
import type { Facet } from "../wire-shapes.ts";
import { thousands } from "../../texts/number-text.ts";
import { valueText } from "./words.ts";

export interface FacetMenuProps {
  /** Of the filter, in the address. */
  readonly name: string;
  readonly title: string;
  readonly facet: Facet;
  readonly chosen: readonly string[];
  readonly onToggle: (value: string) => void;
}

/** A button that opens a list of values to choose from. */
export function FacetMenu({ name: filter, title, facet, chosen, onToggle }: FacetMenuProps) {
  const [isOpen, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && menu.current?.contains(event.target) !== true) setOpen(false);
    };
    addEventListener("pointerdown", onPointer);
    return () => removeEventListener("pointerdown", onPointer);
  }, [isOpen]);
  return (
    <div
      class="menu"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.preventDefault();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        class={chosen.length > 0 ? "is-chosen" : ""}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {title}
        {chosen.length > 0 && <span class="count">{chosen.length}</span>}
        <span class="dim" aria-hidden="true">
          {" "}
          ▾
        </span>
      </button>
      {isOpen && (
        <fieldset class="menu-list">
          <legend class="hidden">{title}</legend>
          {facet.map(({ name, rows }) => (
            <label key={name}>
              <input type="checkbox" checked={chosen.includes(name)} onChange={() => onToggle(name)} />
              <span class="menu-name">{valueText(filter, name)}</span>
              {rows >= 0 && <span class="menu-rows">{thousands(rows)}</span>}
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
