import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { RunReply } from "../wire-shapes.ts";
import { useKeys } from "./keys.ts";
import { nextMark } from "./marks.ts";
import { TableRow, columnsOf } from "./table-row.tsx";
import { useMark } from "./use-mark.ts";
import { useMedia } from "./use-media.ts";
import type { Rows } from "./use-rows.ts";
import { useVirtual } from "./use-virtual.ts";

export interface RowTableProps {
  readonly run: RunReply | undefined;
  readonly rows: Rows;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly onOpen: (position: number) => void;
  /** Called when a row was marked. */
  readonly onChanged: () => void;
}

const wideHeight = 32;
const narrowHeight = 62;

export function RowTable({ run, rows, selected, onSelect, onOpen, onChanged }: RowTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useMedia("(max-width: 960px)");
  const { problem, mark } = useMark(onChanged);
  const count = rows.total ?? 0;
  const virtualizer = useVirtual({ count, rowHeight: isNarrow ? narrowHeight : wideHeight, scroller });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const columns = columnsOf(run);
  const current = Math.min(selected, Math.max(0, count - 1));
  // Keys may come faster than the page is drawn, so the current row is kept in a ref as well.
  const at = useRef(current);
  at.current = current;

  useEffect(() => rows.see(first, Math.max(first, last)), [first, last]);
  // When the user comes back from a row, that row is scrolled into sight.
  useLayoutEffect(() => {
    if (count > 0) virtualizer.scrollToIndex(current, { align: "center" });
  }, [count > 0]);
  useEffect(() => {
    if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, []);

  // While a run is at work, new rows come in before others. The row that the user chose stays
  // selected.
  const chosen = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (chosen.current === undefined || rows.at(current)?.position === chosen.current) return;
    const moved = rows.indexOf(chosen.current);
    if (moved !== undefined) onSelect(moved);
  }, [rows]);

  const select = (index: number): void => {
    const within = Math.max(0, Math.min(count - 1, index));
    at.current = within;
    chosen.current = rows.at(within)?.position;
    onSelect(within);
    virtualizer.scrollToIndex(within, { align: "auto" });
  };
  const open = (): void => {
    const row = rows.at(at.current);
    if (row !== undefined) onOpen(row.position);
  };
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / wideHeight) - 2);
  useKeys({
    j: () => select(at.current + 1),
    k: () => select(at.current - 1),
    ArrowDown: () => select(at.current + 1),
    ArrowUp: () => select(at.current - 1),
    PageDown: () => select(at.current + page),
    PageUp: () => select(at.current - page),
    Home: () => select(0),
    End: () => select(count - 1),
    g: () => select(0),
    G: () => select(count - 1),
    Enter: open,
    m: () => {
      const row = rows.at(at.current);
      if (row !== undefined) mark(row, nextMark(row.mark));
    },
  });

  return (
    <div
      class="table"
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label="Rows"
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={count > 0 ? `row-${current}` : undefined}
    >
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="table-head table-grid" role="row" aria-rowindex={1} data-columns={columns.join(" ")}>
        {columns.map((column) => (
          <span key={column} role="columnheader" class={`cell-${column}`}>
            {column}
          </span>
        ))}
      </div>
      {rows.total === 0 && rows.isComplete && <p class="empty">No row fits these filters.</p>}
      <div class="table-body" role="presentation" style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {items.map((item) => (
          <TableRow
            key={item.index}
            index={item.index}
            top={item.start}
            height={item.size}
            row={rows.at(item.index)}
            columns={columns}
            isSelected={item.index === current}
            onOpen={(row) => {
              onSelect(item.index);
              onOpen(row.position);
            }}
          />
        ))}
      </div>
    </div>
  );
}
