import { useEffect, useRef, useState } from "preact/hooks";
import type { Facet, RunReply } from "../wire-shapes.ts";
import { FacetMenu } from "./facet-menu.tsx";
import { activeFilters, toggled, valuesOf, withOnly, withoutFilters } from "./filter-query.ts";
import { useKeys } from "./keys.ts";
import type { Rows } from "./use-rows.ts";
import { counted } from "../../texts/number-text.ts";
import { MarkAll } from "./mark-all.tsx";
import { useOverflow } from "./use-overflow.ts";
import { valueText } from "./words.ts";

export interface FilterBarProps {
  readonly run: RunReply | undefined;
  readonly query: string;
  readonly rows: Rows;
  readonly onChange: (query: string) => void;
  /** Called when rows were marked. */
  readonly onMarked: () => void;
}

/** Milliseconds without a key press after which the text filter is applied. */
const typingMs = 200;

export function FilterBar({ run, query, rows, onChange, onMarked }: FilterBarProps) {
  const menus = useRef<HTMLDivElement>(null);
  const hidden = useOverflow(menus);
  return (
    <search class="filters" aria-label="Filter rows">
      <div class="filters-line">
        <TextFilter query={query} onChange={onChange} />
        <div class="filters-menus" ref={menus} data-more={hidden}>
          {menusOf(run).map(({ name, title, facet }) => (
            <FacetMenu
              key={name}
              name={name}
              title={title}
              facet={facet}
              chosen={valuesOf(query, name)}
              onToggle={(value) => onChange(toggled(query, name, value))}
            />
          ))}
          <label class="order">
            <span class="hidden">Order</span>
            <select
              value={valuesOf(query, "order")[0] ?? ""}
              onChange={(event) => onChange(withOnly(query, "order", event.currentTarget.value))}
            >
              <option value="">Input order</option>
              <option value="newest">Newest first</option>
            </select>
          </label>
        </div>
      </div>
      <div class="filters-line filters-found">
        <span role="status" data-testid="found">
          {rows.problem ?? foundText(rows)}
        </span>
        {activeFilters(query).map(([name, value]) => (
          <button
            key={`${name} ${value}`}
            type="button"
            class="chip"
            aria-label={`Remove the filter ${name} ${valueText(name, value)}`}
            onClick={() => onChange(toggled(query, name, value))}
          >
            <span class="dim">{titles[name] ?? name}</span> {valueText(name, value)} <span aria-hidden="true">×</span>
          </button>
        ))}
        {activeFilters(query).length > 1 && (
          <button type="button" class="plain link" onClick={() => onChange(withoutFilters(query))}>
            clear all
          </button>
        )}
        <MarkAll query={query} rows={rows} onMarked={onMarked} />
      </div>
    </search>
  );
}

function foundText({ total, isComplete, looked }: Rows): string {
  if (total === undefined) return "Looking…";
  return isComplete ? counted(total, "row") : `${counted(total, "row")} so far, ${Math.floor(looked * 100)}% searched`;
}

function TextFilter({ query, onChange }: Pick<FilterBarProps, "query" | "onChange">) {
  const box = useRef<HTMLInputElement>(null);
  const asked = valuesOf(query, "text")[0] ?? "";
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    if (text.trim() === asked) return undefined;
    const timer = setTimeout(() => onChange(withOnly(query, "text", text.trim())), typingMs);
    return () => clearTimeout(timer);
  }, [text]);
  useKeys({
    "/": () => {
      box.current?.focus();
      box.current?.select();
    },
  });
  return (
    <label class="text-filter">
      <span class="hidden">Search in all texts</span>
      <input
        ref={box}
        type="search"
        placeholder="Search all texts   /"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" || event.key === "Enter") event.currentTarget.blur();
        }}
      />
    </label>
  );
}

const titles: Readonly<Record<string, string>> = {
  outcome: "Outcome",
  responses: "Responses",
  reason: "Reason",
  tag: "Tag",
  verdict: "Verdict",
  gate: "Gate",
  action: "Gate action",
  fault: "Filter fault",
  repair: "Repair",
  judged: "Judged pair",
  obedience: "Obedience",
  file: "File",
  mark: "Mark",
  difference: "Difference",
};

interface Menu {
  readonly name: string;
  readonly title: string;
  readonly facet: Facet;
}

function menusOf(run: RunReply | undefined): Menu[] {
  if (run === undefined) return [];
  const { facets, marks, rows, compared } = run;
  const unmarked = rows.in - marks.keep - marks.drop;
  const menus: Menu[] = [
    menu("outcome", facets.outcome),
    menu("responses", facets.responses),
    menu("reason", facets.reason),
    menu("tag", facets.tag),
    menu("verdict", facets.verdict),
    menu("gate", facets.gate),
    menu("action", facets.action),
    menu("fault", facets.fault),
    menu("repair", facets.repair),
    menu("judged", facets.judged),
    menu("obedience", facets.obedience),
    menu("file", facets.file),
    menu("mark", [
      { name: "keep", rows: marks.keep },
      { name: "drop", rows: marks.drop },
      { name: "noted", rows: marks.noted },
      { name: "unmarked", rows: unmarked },
    ]),
    ...(compared === null
      ? []
      : [
          menu(
            "difference",
            ["text", "outcome", "missing", "same"].map((name) => ({ name, rows: -1 })),
          ),
        ]),
  ];
  return menus.filter(({ facet }) => facet.length > 0);
}

function menu(name: string, facet: Facet): Menu {
  return { name, title: titles[name] ?? name, facet };
}
