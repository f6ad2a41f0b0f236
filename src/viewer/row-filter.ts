import { originOfKind, type RowKind } from "./row-kinds.ts";
import { differenceNames, type Difference } from "./wire-shapes.ts";

/**
 * Filters on a row's traits. A row passes a filter when it has one of the filter's values, and it
 * must pass all filters.
 */
export const traitFilters = ["outcome", "responses", "reason", "tag", "verdict", "gate", "action", "fault", "repair", "file"] as const;
export type TraitFilter = (typeof traitFilters)[number];

/** Filters on what `sysgen judge` said of a row. They work as those on traits do. */
export const judgeFilters = ["judged", "obedience"] as const;
export type JudgeFilter = (typeof judgeFilters)[number];

/** Which rows are wanted, and in which order. */
export interface RowFilter {
  readonly traits: Readonly<Partial<Record<TraitFilter, readonly string[]>>>;
  readonly judge: Readonly<Partial<Record<JudgeFilter, readonly string[]>>>;
  readonly marks: readonly string[];
  readonly differences: readonly Difference[];
  /** Text that the row holds somewhere, in any case. */
  readonly text: string;
  readonly newestFirst: boolean;
}

export function filterOf(query: URLSearchParams): RowFilter {
  return {
    traits: valuesOf(query, traitFilters),
    judge: valuesOf(query, judgeFilters),
    marks: query.getAll("mark"),
    differences: differenceNames.filter((name) => query.getAll("difference").includes(name)),
    text: query.get("text")?.trim() ?? "",
    newestFirst: query.get("order") === "newest",
  };
}

function valuesOf<Name extends string>(query: URLSearchParams, names: readonly Name[]): Partial<Record<Name, readonly string[]>> {
  const found: Partial<Record<Name, readonly string[]>> = {};
  for (const name of names) {
    const values = query.getAll(name);
    if (values.length > 0) found[name] = values;
  }
  return found;
}

/** Whether rows of this kind pass the filters on traits. */
export function letsThrough({ traits }: RowFilter, kind: RowKind): boolean {
  return traitFilters.every((name) => traits[name]?.some((value) => namesOf(kind, name).includes(value)) ?? true);
}

/** The values of a filter that rows of this kind have. */
export function namesOf(kind: RowKind, filter: TraitFilter): readonly string[] {
  const { outcome, reason, traits } = kind;
  if (filter === "outcome") return [outcome];
  if (filter === "responses") return [originOfKind(kind)].filter((origin) => origin !== null);
  if (filter === "reason") return reason === null ? [] : [reason];
  if (filter === "file") return traits.file === undefined ? [] : [traits.file];
  if (filter === "gate") return gatesOf(kind);
  if (filter === "action") return [...new Set(gatesOf(kind).map(actionOf))];
  const counts = { tag: traits.tags, verdict: traits.verdicts, fault: traits.faults, repair: traits.repairs }[filter];
  return Object.keys(counts);
}

/** As `gate: action`. What a gate dropped has no traits of gates, and its reason names the gate. */
function gatesOf({ reason, traits }: RowKind): string[] {
  const dropping = /^gate-(.+)/.exec(reason ?? "")?.[1];
  return [...Object.keys(traits.gates), ...(dropping === undefined ? [] : [`${dropping}: dropped`])];
}

function actionOf(gate: string): string {
  return gate.slice(gate.lastIndexOf(": ") + 2);
}
