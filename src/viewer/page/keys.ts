import { useEffect, useRef } from "preact/hooks";

export type Keys = Readonly<Record<string, () => void>>;

/**
 * Calls the function of the key that is pressed. Keys are ignored while the user writes in a field,
 * while a dialog is open, and together with Ctrl, Meta or Alt.
 */
export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isWriting(event.target) || document.querySelector("dialog[open]") !== null) return;
      // Enter and the space bar belong to the button or link that has the focus.
      if (
        (event.key === "Enter" || event.key === " ") &&
        event.target instanceof Element &&
        event.target.closest("button, a, summary") !== null
      )
        return;
      const act = current.current[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement ? target.type !== "checkbox" : target instanceof HTMLTextAreaElement;
}
