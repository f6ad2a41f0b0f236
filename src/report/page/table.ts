import { html, type Markup } from "./markup.ts";

export interface Column {
  readonly name: string | Markup;
  /** Whether the column holds numbers. They are aligned to the right. */
  readonly isNumber?: boolean;
}

type Cell = string | Markup;

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Cell[])[];
  /** Whether the first column holds several words. */
  readonly isFirstWide?: boolean;
  /** Whether the last column holds sentences. */
  readonly isLastWide?: boolean;
  /** Text that is shown if there is no row. */
  readonly none?: string;
}

/** A table that scrolls by itself on a narrow screen, so that the page does not have to. */
export function table({ caption, columns, rows, isFirstWide = false, isLastWide = false, none = "None." }: Table): Markup {
  if (rows.length === 0) return html`<p class="none"><b>${caption}.</b> ${none}</p>`;
  const kind = (index: number): string => (columns[index]?.isNumber === true ? "number" : "text");
  return html`<div
    class="table${columns.length < 3 ? " slim" : ""}${isFirstWide ? " wide-first" : ""}${isLastWide ? " wide-last" : ""}"
    tabindex="0"
    role="group"
    aria-label="${caption}"
  >
    <table>
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          ${columns.map(({ name }, index) => html`<th scope="col" class="${kind(index)}">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) =>
                index === 0 ? html`<th scope="row" class="${kind(0)}">${cell}</th>` : html`<td class="${kind(index)}">${cell}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Content that a click opens, for a reader who wants to look it up. */
export function folded(summary: string | Markup, content: Markup | readonly Markup[]): Markup {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}

/** A share of 1 as a bar behind its number, in a cell. */
export function barCell(share: number | null, text: string, colour = "var(--kept)"): Markup {
  if (share === null) return html`${text}`;
  return html`<span class="bar" style="--part:${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)}%;--tint:${colour}">${text}</span>`;
}
