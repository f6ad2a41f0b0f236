import type { ComponentChildren } from "preact";
import type { RowSummary, RunReply } from "../wire-shapes.ts";
import { MarkSign, OriginSign, OutcomeSign } from "./outcome-sign.tsx";
import { TagSign } from "./tag-sign.tsx";
import { differenceText, valueText } from "./words.ts";

export type Column = "row" | "outcome" | "responses" | "id" | "file" | "instruction" | "tags" | "notes" | "difference" | "mark";

/**
 * The columns of the table. `file` is among them when the rows are of named files, `difference`
 * when another run is compared.
 */
export function columnsOf(run: RunReply | undefined): Column[] {
  const hasFiles = (run?.facets.file.length ?? 0) > 0;
  return [
    "row",
    "outcome",
    "responses",
    "id",
    ...(hasFiles ? (["file"] as const) : []),
    "instruction",
    "tags",
    "notes",
    ...(run?.compared ? (["difference"] as const) : []),
    "mark",
  ];
}

export interface TableRowProps {
  readonly index: number;
  readonly top: number;
  readonly height: number;
  /** Undefined while the row is being fetched. */
  readonly row: RowSummary | undefined;
  readonly columns: readonly Column[];
  readonly isSelected: boolean;
  readonly onOpen: (row: RowSummary) => void;
}

export function TableRow({ index, top, height, row, columns, isSelected, onOpen }: TableRowProps) {
  return (
    <div
      class={`table-grid table-row ${isSelected ? "is-selected" : ""}`}
      role="row"
      id={`row-${index}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-columns={columns.join(" ")}
      style={{ transform: `translateY(${top}px)`, height: `${height}px` }}
      onClick={() => {
        if (row !== undefined && getSelection()?.isCollapsed !== false) onOpen(row);
      }}
    >
      {columns.map((column) => (
        <span key={column} role="gridcell" class={`cell-${column}`}>
          {row === undefined ? <span class="waiting" aria-hidden="true" /> : cells[column](row)}
        </span>
      ))}
    </div>
  );
}

const cells: Readonly<Record<Column, (row: RowSummary) => ComponentChildren>> = {
  row: ({ position }) => position + 1,
  outcome: ({ outcome }) => <OutcomeSign outcome={outcome} />,
  responses: ({ responses }) => responses && <OriginSign origin={responses} />,
  id: ({ id }) => <span title={id}>{id}</span>,
  file: ({ file }) => <span title={file ?? ""}>{file}</span>,
  instruction: ({ instruction }) => instruction,
  tags: ({ tags }) => tags.map((tag) => <TagSign key={tag} tag={tag} isShort={true} />),
  notes: (row) => <Notes row={row} />,
  difference: ({ difference }) => difference && <span class={difference === "same" ? "dim" : ""}>{differenceText(difference)}</span>,
  mark: ({ mark }) => mark && <MarkSign {...mark} />,
};

/**
 * Why the row is not in the dataset. For a row that is, what each gate did in the end, and counts
 * of removed and mended phrases. What could not be checked is no fault, and is in the title alone.
 */
function Notes({ row }: { readonly row: RowSummary }) {
  if (row.outcome !== "done")
    return (
      <span class="reason" title={`${row.phase}: ${row.reason}`}>
        {row.phase}: {row.reason}
      </span>
    );
  const gates = row.gates.map((gate) => valueText("gate", gate));
  const said = [
    ...endings(row.gates),
    ...(row.removed > 0 ? [`${row.removed} removed`] : []),
    ...(row.repairs > 0 ? [`${row.repairs} mended`] : []),
  ];
  return <span title={[...gates, ...said.slice(endings(row.gates).length)].join(", ")}>{said.join(" · ")}</span>;
}

/**
 * What each gate did in the end. Where it kept the original, that it asked again before is left
 * out.
 */
function endings(gates: readonly string[]): string[] {
  const kept = gates.filter((gate) => gate.endsWith(": kept-original"));
  const again = gates.filter((gate) => gate.endsWith(": retried") && !kept.includes(gate.replace(": retried", ": kept-original")));
  return [...kept, ...again].map((gate) => valueText("gate", gate));
}
