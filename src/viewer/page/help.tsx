import { useEffect, useRef } from "preact/hooks";

const keys: readonly (readonly [string, string])[] = [
  ["j k, ↓ ↑", "next and previous row of the table"],
  ["g G, Home End", "first and last row"],
  ["Enter", "open the row"],
  ["Esc", "back to the table"],
  ["n p, → ←", "in a row: the next and previous one of the filter"],
  ["m", "mark: keep, then drop, then neither"],
  ["e", "in a row: write a note"],
  ["c", "in a row: show or hide its model calls"],
  ["/", "search all texts"],
  ["?", "this list"],
];

export function Help({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      <table class="keys">
        <tbody>
          {keys.map(([key, meaning]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="dim">
        Values of one filter are alternatives; several filters must all fit. Mark all marks every row of the filter. The address holds the
        filter and the row: it can be kept and sent to another tab.
      </p>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
