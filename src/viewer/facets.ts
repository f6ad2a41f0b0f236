import { tags } from "../records/system-message/phrase.ts";
import type { ResultIndex } from "./result-index.ts";
import { namesOf, traitFilters, type TraitFilter } from "./row-filter.ts";
import type { Facet } from "./wire-shapes.ts";

/** The values that rows can be filtered by, each with its number of rows. */
export function facetsOf({ kinds, slots }: ResultIndex): Record<TraitFilter, Facet> {
  const rows = new Float64Array(kinds.all().length);
  for (let slot = 0; slot < slots.count; slot++) {
    const kind = slots.kinds[slot] ?? 0;
    rows[kind] = (rows[kind] ?? 0) + 1;
  }
  const facet = (filter: TraitFilter): Facet => {
    const counts = new Map<string, number>();
    kinds.all().forEach((kind, number) => {
      for (const name of namesOf(kind, filter)) counts.set(name, (counts.get(name) ?? 0) + (rows[number] ?? 0));
    });
    return [...counts]
      .map(([name, count]) => ({ name, rows: count }))
      .filter((value) => value.rows > 0)
      .toSorted((a, b) => (filter === "tag" ? rankOf(a.name) - rankOf(b.name) : b.rows - a.rows || (a.name < b.name ? -1 : 1)));
  };
  const [outcome, reason, tag, verdict, gate, fault, repair, file] = [...traitFilters].map(facet);
  return {
    outcome: outcome ?? [],
    reason: reason ?? [],
    tag: tag ?? [],
    verdict: verdict ?? [],
    gate: gate ?? [],
    fault: fault ?? [],
    repair: repair ?? [],
    file: file ?? [],
  };
}

/** Tags stand in their canonical order, and those that only another version knows after them. */
function rankOf(name: string): number {
  const rank = tags.findIndex((tag) => tag === name);
  return rank === -1 ? tags.length : rank;
}
