import { useState } from "preact/hooks";
import { useAddress } from "./address.ts";
import { FilterBar } from "./filter-bar.tsx";
import { Header } from "./header.tsx";
import { Help } from "./help.tsx";
import { useKeys } from "./keys.ts";
import { RowView } from "./row-view.tsx";
import { RowTable } from "./row-table.tsx";
import { useRows } from "./use-rows.ts";
import { useRun } from "./use-run.ts";

export function App() {
  const { address, go } = useAddress();
  const { run, problem, refresh } = useRun();
  const [selected, setSelected] = useState(0);
  const [isHelpOpen, setHelpOpen] = useState(false);
  /**
   * Counts the marks that this page made. The count is part of `version`, so that the rows are
   * fetched again after a mark.
   */
  const [changes, setChanges] = useState(0);
  const { query, row } = address;
  const version = (run?.version ?? 0) + changes / 1e6;
  const rows = useRows(query, version);
  const changed = (): void => {
    setChanges((count) => count + 1);
    refresh();
  };
  const filter = (next: string): void => {
    setSelected(0);
    go({ query: next }, { replace: true });
  };
  useKeys({ "?": () => setHelpOpen(true) });

  return (
    <>
      <Header run={run} problem={problem} onHelp={() => setHelpOpen(true)} onHome={() => go({ row: null })} />
      {row === null ? (
        <main class="list">
          <FilterBar run={run} query={query} rows={rows} onChange={filter} onMarked={changed} />
          <RowTable
            run={run}
            rows={rows}
            selected={selected}
            onSelect={setSelected}
            onOpen={(position) => go({ row: position })}
            onChanged={changed}
          />
        </main>
      ) : (
        <RowView
          position={row}
          query={query}
          version={version}
          run={run}
          onGo={(position) => go({ row: position }, { replace: true })}
          onClose={() => go({ row: null })}
          onStanding={setSelected}
          onChanged={changed}
        />
      )}
      <Help isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}
