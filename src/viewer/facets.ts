import { tagRank, type Tag } from "../records/system-message/phrase.ts";
import type { KindCount } from "./row-kinds.ts";
import { namesOf, type TraitFilter } from "./row-filter.ts";
import type { Facet } from "./wire-shapes.ts";

/**
 * The values that rows can be filtered by, each with its number of rows.
 * @param tags The run's tags in canonical order.
 */
export function facetsOf(counted: readonly KindCount[], tags: readonly Tag[]): Record<TraitFilter, Facet> {
  const facet = (filter: TraitFilter): Facet => {
    const counts = new Map<string, number>();
    for (const { kind, rows } of counted) for (const name of namesOf(kind, filter)) counts.set(name, (counts.get(name) ?? 0) + rows);
    const values = facetOf(counts);
    if (filter === "tag") return values.toSorted((a, b) => tagRank(a.name, tags) - tagRank(b.name, tags));
    // What could not be checked is no fault. It stands last, however frequent it is.
    const isNotChecked = ({ name }: Facet[number]): boolean => name.endsWith("not-checked");
    return [...values.filter((value) => !isNotChecked(value)), ...values.filter(isNotChecked)];
  };
  return {
    outcome: facet("outcome"),
    responses: facet("responses"),
    reason: facet("reason"),
    tag: facet("tag"),
    verdict: facet("verdict"),
    gate: facet("gate"),
    action: facet("action"),
    fault: facet("fault"),
    repair: facet("repair"),
    file: facet("file"),
  };
}

/** Values by their number of rows, the most frequent first. */
export function facetOf(counts: ReadonlyMap<string, number>): Facet {
  return [...counts].map(([name, rows]) => ({ name, rows })).toSorted((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
}
