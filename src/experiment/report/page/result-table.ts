import { html, nothing, type Markup } from "../../../report/page/markup.ts";
import { table } from "../../../report/page/table.ts";
import {
  cellText,
  differenceText,
  intervalText,
  isApart,
  itemsText,
  lossesText,
  otherDataText,
  remarkOf,
  seedsText,
  unitAt,
  valueText,
} from "../cell-text.ts";
import type { Difference } from "../compare.ts";
import type { DifferenceCell, ReportCell, ReportTable, ResultCell, Unit } from "../experiment-report.ts";
import { counted, noNumber } from "../../../texts/number-text.ts";

/** A table of results. The paper's rows are below the experiment's, in a quieter colour. */
export function resultTable(one: ReportTable): Markup {
  const { title, about, paper, columns, rows } = one;
  return html`<p class="lead">${about}${paper === null ? nothing : html` The paper's figures are those of arXiv 2502.11330, ${paper}.`}</p>
    ${table({
      caption: title,
      isFirstWide: true,
      columns: [
        { name: rows.every(({ detail }) => detail === "") ? "Figure" : "Model" },
        ...columns.map(({ name }) => ({ name, isNumber: true })),
      ],
      rows: rows.map((row) => [
        row.isPaper
          ? html`<span class="why">paper: ${row.name}<small>${row.detail}</small></span>`
          : html`${row.name}${row.detail === "" ? nothing : html`<small>${row.detail}</small>`}`,
        ...row.cells.map((cell, place) => cellMarkup(cell, unitAt(one, row, place))),
      ]),
    })}`;
}

function cellMarkup(cell: ReportCell, unit: Unit): Markup {
  if (cell === null) return nothing;
  if (cell.kind === "paper") return html`<span class="why">${cellText(cell, unit)}</span>`;
  if (cell.kind === "difference") return differenceMarkup(cell, unit);
  return resultMarkup(cell, unit);
}

function differenceMarkup(cell: DifferenceCell, unit: Unit): Markup {
  const { difference, state } = cell;
  if (difference === null && state === "done") return html`${noNumber}`;
  return html`${difference === null ? nothing : html`${deltaMarkup(difference, unit)}<small>${counted(difference.items, "item")}</small>`}
  ${badge(cell, null)}`;
}

function badge(cell: DifferenceCell | ResultCell, cause: string | null): Markup {
  const remark = remarkOf(cell);
  if (remark === "") return nothing;
  return html`<span class="badge state-${cell.state}" ${cause === null ? nothing : html`title="${cause}"`}>${remark}</span>`;
}

function resultMarkup(cell: ResultCell, unit: Unit): Markup {
  const { value, delta, state, cause } = cell;
  const other = otherDataText(cell);
  return html`${value === null ? (state === "done" ? noNumber : nothing) : valueText(value, unit)} ${badge(cell, cause)}
  ${value === null ? nothing : small(unbroken(intervalText(cell, unit)))} ${small(itemsText(cell))}
  ${delta === null ? nothing : html`<small>Δ ${deltaMarkup(delta, unit)}</small>`}
  ${other === "" ? nothing : html`<small><b>${other}</b></small>`} ${small(lossesText(cell))} ${small(seedsText(cell, unit))}`;
}

function small(text: string): Markup {
  return text === "" ? nothing : html`<small>${text}</small>`;
}

/** An interval stays on one line. */
function unbroken(text: string): string {
  return text.replaceAll(", ", ",\u00A0");
}

/** Coloured and bold where the interval leaves 0 out. */
function deltaMarkup(difference: Difference, unit: Unit): Markup {
  const text = unbroken(differenceText(difference, unit));
  return isApart(difference) ? html`<b class="${difference.value > 0 ? "up" : "down"}">${text}</b>` : html`${text}`;
}
