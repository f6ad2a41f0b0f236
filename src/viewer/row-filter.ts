import type { RowKind } from "./row-kinds.ts";
import { differenceNames, type Difference } from "./wire-shapes.ts";

/**
 * Filters on a row's traits. A row passes a filter when it has one of the filter's values, and it
 * must pass all filters.
 */
export const traitFilters = ["outcome", "reason", "tag", "verdict", "gate", "fault", "repair", "file"] as const;
export type TraitFilter = (typeof traitFilters)[number];

/** Which rows are wanted, and in which order. */
export interface RowFilter {
  readonly traits: Readonly<Partial<Record<TraitFilter, readonly string[]>>>;
  readonly marks: readonly string[];
  readonly differences: readonly Difference[];
  /** Text that the row holds somewhere, in any case. */
  readonly text: string;
  readonly newestFirst: boolean;
}

export function filterOf(query: URLSearchParams): RowFilter {
  const traits: Partial<Record<TraitFilter, readonly string[]>> = {};
  for (const name of traitFilters) {
    const values = query.getAll(name);
    if (values.length > 0) traits[name] = values;
  }
  return {
    traits,
    marks: query.getAll("mark"),
    differences: differenceNames.filter((name) => query.getAll("difference").includes(name)),
    text: query.get("text")?.trim() ?? "",
    newestFirst: query.get("order") === "newest",
  };
}

/** Whether rows of this kind pass the filters on traits. */
export function letsThrough({ traits }: RowFilter, kind: RowKind): boolean {
  return traitFilters.every((name) => traits[name]?.some((value) => namesOf(kind, name).includes(value)) ?? true);
}

/** The values of a filter that rows of this kind have. */
export function namesOf({ outcome, reason, traits }: RowKind, filter: TraitFilter): readonly string[] {
  if (filter === "outcome") return [outcome];
  if (filter === "reason") return reason === null ? [] : [reason];
  if (filter === "file") return traits.file === undefined ? [] : [traits.file];
  const counts = { tag: traits.tags, verdict: traits.verdicts, gate: traits.gates, fault: traits.faults, repair: traits.repairs }[filter];
  return Object.keys(counts);
}
