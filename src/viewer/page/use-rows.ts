import { useEffect, useMemo, useState } from "preact/hooks";
import type { RowSummary } from "../wire-shapes.ts";
import { getRows } from "./api.ts";

/** Rows that are asked for at once. */
const pageSize = 100;
/** A search that is not through is asked again. */
const againMs = 120;
/** Pages that are kept; the table shows a few dozen rows. */
const mostPages = 40;

interface Pages {
  readonly total: number;
  readonly isComplete: boolean;
  readonly looked: number;
  readonly pages: ReadonlyMap<number, readonly RowSummary[]>;
}

export interface Rows {
  /** So far; undefined before the first answer. */
  readonly total: number | undefined;
  readonly isComplete: boolean;
  /** How much of the run was searched, from 0 to 1. */
  readonly looked: number;
  readonly problem: string | undefined;
  /** Undefined while it is on its way. */
  readonly at: (index: number) => RowSummary | undefined;
  /** Where a row is among those that are here; undefined when it is not. */
  readonly indexOf: (position: number) => number | undefined;
  /** Tells which rows are in sight. */
  readonly see: (first: number, last: number) => void;
}

/**
 * A filter's rows, a page at a time, those that are in sight. With another version of the run they are asked for anew, and the old ones are
 * shown until then.
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
