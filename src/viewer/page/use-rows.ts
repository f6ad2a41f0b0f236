import { useEffect, useMemo, useState } from "preact/hooks";
import type { RowSummary } from "../wire-shapes.ts";
import { getRows } from "./api.ts";

/** Rows of one request. */
const pageSize = 100;
/** Milliseconds after which an unfinished search is asked for again. */
const againMs = 120;
/** Pages that are kept in memory. The table shows a few dozen rows at a time. */
const mostPages = 40;

interface Pages {
  readonly total: number;
  readonly isComplete: boolean;
  readonly looked: number;
  readonly pages: ReadonlyMap<number, readonly RowSummary[]>;
}

export interface Rows {
  /** Rows found so far. Undefined before the first answer. */
  readonly total: number | undefined;
  readonly isComplete: boolean;
  /** Share of the run that was searched, from 0 to 1. */
  readonly looked: number;
  readonly problem: string | undefined;
  /** The row at an index of the table. Undefined while it is being fetched. */
  readonly at: (index: number) => RowSummary | undefined;
  /**
   * The index of a row in the table, by its position in the input. Undefined when the row is not
   * among the fetched pages.
   */
  readonly indexOf: (position: number) => number | undefined;
  /** Called with the first and the last index in sight. */
  readonly see: (first: number, last: number) => void;
}

/**
 * The rows of a filter. Only the pages in sight are fetched. When `version` changes, they are
 * fetched again, and the old rows are shown until then.
 */
export function useRows(query: string, version: number): Rows {
  const [kept, setKept] = useState<Pages & { query: string }>({ query, total: -1, isComplete: false, looked: 0, pages: new Map() });
  const [sight, setSight] = useState({ first: 0, last: pageSize - 1 });
  const [problem, setProblem] = useState<string>();
  const current = kept.query === query ? kept : undefined;
  const firstPage = Math.floor(sight.first / pageSize);
  const lastPage = Math.floor(sight.last / pageSize);

  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (page: number): Promise<void> => {
      try {
        const found = await getRows(query, page * pageSize, pageSize, controller.signal);
        setProblem(undefined);
        setKept((before) => {
          const pages = new Map(before.query === query ? before.pages : []);
          pages.delete(page);
          pages.set(page, found.rows);
          for (const old of pages.keys()) if (pages.size > mostPages) pages.delete(old);
          return { query, total: found.total, isComplete: found.isComplete, looked: found.looked, pages };
        });
        if (!found.isComplete) timer = setTimeout(() => void ask(page), againMs);
      } catch (error) {
        if (!controller.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
      }
    };
    for (let page = firstPage; page <= lastPage; page++) void ask(page);
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [query, version, firstPage, lastPage]);

  return useMemo(
    () => ({
      total: current === undefined || current.total < 0 ? undefined : current.total,
      isComplete: current?.isComplete ?? false,
      looked: current?.looked ?? 0,
      problem,
      at: (index) => current?.pages.get(Math.floor(index / pageSize))?.[index % pageSize],
      indexOf(position) {
        for (const [page, lines] of current?.pages ?? []) {
          const found = lines.findIndex((line) => line.position === position);
          if (found !== -1) return page * pageSize + found;
        }
        return undefined;
      },
      see(first, last) {
        setSight((before) => (before.first === first && before.last === last ? before : { first, last }));
      },
    }),
    [current, problem],
  );
}
