import { isResponse } from "../records/message.ts";
import { rowOrigin } from "../records/response-origin.ts";
import { hasToolCalls, type ExportedRow } from "./exported-row.ts";
import { NearDuplicates } from "../texts/near-duplicates.ts";
import { sideOf, type SplitSide } from "./split.ts";

/** What an export must know of all its rows before it writes the first. */
export interface SplitSurvey {
  readonly rows: number;
  readonly hasTools: boolean;
  /** Whether any row had a system message of its own, which the generated one replaced. */
  readonly hasOriginalSystem: boolean;
  readonly multiTurn: boolean;
  /** Rows that keep an original response (`rowOrigin`). */
  readonly originalKept: number;
  /** The split's side of the row at this position. If there is one side only, it is that side. */
  sideAt(position: number): string;
  /** Whether any row is on the side. */
  hasSide(name: string): boolean;
  /** How many rows have a near-duplicate among the others. */
  readonly nearDuplicates: number;
}

/** Near-duplicates are found by this many characters of a conversation's instructions. */
const comparedLength = 4_000;

/**
 * Goes through the rows once. With more than one side, near-duplicates of an instruction are kept
 * on one side.
 * @param seed Another seed draws other rows. Default 0, for which a row's id alone decides.
 */
export function surveySplit(rows: Iterable<ExportedRow>, sides: readonly SplitSide[], seed = 0): SplitSurvey {
  const splits = sides.length > 1;
  const groups = new NearDuplicates();
  const ids: string[] = [];
  let count = 0;
  let hasTools = false;
  let hasOriginalSystem = false;
  let multiTurn = false;
  let originalKept = 0;
  for (const row of rows) {
    count++;
    hasTools ||= hasToolCalls(row);
    hasOriginalSystem ||= row.originalSystemMessage !== undefined;
    multiTurn ||= row.turns.filter(isResponse).length > 1;
    if (rowOrigin(row.facts) === "original") originalKept++;
    if (!splits) continue;
    ids.push(row.id);
    const instructions = row.turns.filter(({ role }) => role === "user").map(({ content }) => content);
    groups.add(instructions.join("\n").slice(0, comparedLength));
  }
  const first = sides[0]?.name ?? "train";
  const facts = { rows: count, hasTools, hasOriginalSystem, multiTurn, originalKept };
  if (!splits) return { ...facts, sideAt: () => first, hasSide: (name) => name === first && count > 0, nearDuplicates: 0 };
  const clusters = groups.clusters();
  // The smallest id of a group decides, so that the order of rows does not.
  const smallest = new Map<number, string>();
  const sizes = new Map<number, number>();
  clusters.forEach((cluster, row) => {
    const id = ids[row] ?? "";
    const before = smallest.get(cluster);
    if (before === undefined || id < before) smallest.set(cluster, id);
    sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  });
  const sideIndex = new Uint8Array(count);
  const names = sides.map(({ name }) => name);
  let nearDuplicates = 0;
  clusters.forEach((cluster, row) => {
    sideIndex[row] = names.indexOf(sideOf(sides, `${seed === 0 ? "" : `${seed}/`}${smallest.get(cluster) ?? ids[row] ?? ""}`));
    if ((sizes.get(cluster) ?? 1) > 1) nearDuplicates++;
  });
  return {
    ...facts,
    sideAt: (position) => names[sideIndex[position] ?? 0] ?? first,
    hasSide: (name) => sideIndex.includes(names.indexOf(name)),
    nearDuplicates,
  };
}

/** The rows of one side, out of all rows in the order in which they were surveyed. */
export function* rowsOfSide(rows: Iterable<ExportedRow>, survey: SplitSurvey, side: string): Generator<ExportedRow, void, void> {
  let position = 0;
  for (const row of rows) if (survey.sideAt(position++) === side) yield row;
}
