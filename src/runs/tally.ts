import { z } from "zod";
import { AnswerTally, type AnswerCounts } from "../records/answers.ts";
import type { Outcome } from "../records/outcome.ts";
import { keepsOriginal, rowOrigin, type ResponseOrigin } from "../records/response-origin.ts";
import type { Tag } from "../records/system-message/phrase.ts";
import type { Store } from "./store.ts";

const counts = z.record(z.string(), z.number()).default({});
/**
 * What one row adds to the tally. The rows of a run have few different traits, so SQLite counts
 * rows by traits.
 */
export const traitsSchema = z.object({
  tags: counts,
  verdicts: counts,
  faults: counts,
  repairs: counts,
  gates: counts,
  /** What the row stands for (`rowOrigin`). Undefined for rows that are not in the dataset. */
  responses: z.enum(["new", "original"]).optional(),
  /** As in the row's line. */
  answers: z.string().optional(),
  /** The message was written again, because the judge took it for another row's. */
  writtenAgain: z.literal(true).optional(),
  /** Tags that the message was asked to have. */
  askedTags: z.array(z.string()).optional(),
  /** The row's file, where the input has several. */
  file: z.string().optional(),
});
export type Traits = z.infer<typeof traitsSchema>;

export type Counts = Readonly<Record<string, number>>;

interface TagCount {
  phrases: number;
  rows: number;
}

/** All tags of the run in canonical order, then those that only another version knows. */
type TagCounts = Readonly<Record<Tag, Readonly<TagCount>>>;

interface AskedCount {
  rows: number;
  kept: number;
}

/** What the rows of a run hold, counted. */
export interface Tally {
  /** Phrases in the dataset's system messages, and rows that have at least one, by tag. */
  readonly tags: TagCounts;
  /**
   * Rows of the dataset whose message was asked to have a tag, and those of them that have it, by
   * tag. Undefined if none was asked.
   */
  readonly askedTags?: Readonly<Record<Tag, Readonly<AskedCount>>>;
  /** Verdicts of the judge on phrases of the dataset and on phrases that were removed. */
  readonly verdicts: Counts;
  /** Pieces that the filter removed, by reason. */
  readonly faults: Counts;
  /** Tags that were mended, by kind. */
  readonly repairs: Counts;
  /** What gates did, as `gate: action`. */
  readonly gates: Counts;
  readonly answers: AnswerCounts;
  /** Rows whose message was written again, because the judge took it for another row's. */
  readonly writtenAgain: number;
  /** Rows of the dataset that keep an original response. The other rows of it were written anew. */
  readonly originalKept: number;
  /** What made rows keep an original, such as a gate, by rows. A row may count for several. */
  readonly keptBy: Counts;
}

/** The traits of a row, as JSON text. */
export function traitsOf(outcome: Outcome, file?: string): string {
  const { writtenAgain } = outcome;
  const traits: Traits = {
    tags: {},
    verdicts: {},
    faults: {},
    repairs: {},
    gates: {},
    ...(writtenAgain && { writtenAgain }),
    ...(outcome.outcome === "done" && { responses: rowOrigin(outcome), ...(outcome.askedTags && { askedTags: [...outcome.askedTags] }) }),
    ...(file === undefined ? {} : { file }),
  };
  const kept = outcome.outcome === "done" ? outcome.phrases : [];
  for (const { tag } of kept) add(traits.tags, tag);
  for (const piece of [...kept, ...outcome.removed]) {
    if ("verdict" in piece) add(traits.verdicts, piece.verdict);
    if ("reason" in piece) add(traits.faults, piece.reason);
    if ("repairs" in piece) for (const repair of piece.repairs) add(traits.repairs, repair);
  }
  if (outcome.outcome === "done") {
    for (const { gate, action } of outcome.gates) add(traits.gates, `${gate}: ${action}`);
    if (outcome.answers !== undefined) traits.answers = outcome.answers;
  }
  return JSON.stringify(traits);
}

/** Counts what the results of a run hold. @param names The run's tags in canonical order. */
export function tally(store: Store, names: readonly Tag[]): Tally {
  return tallyTraits(store.results.countTraits(), names);
}

/** @param counted Traits as JSON text (`traitsOf`), each with the number of rows that have them. */
export function tallyTraits(counted: Iterable<{ readonly traits: string; readonly rows: number }>, names: readonly Tag[]): Tally {
  return tallyOf(
    Array.from(counted, ({ traits, rows }) => ({ traits: traitsSchema.parse(JSON.parse(traits)), rows })),
    names,
  );
}

/**
 * @param counted Traits, each with the number of rows that have them.
 * @param names The run's tags in canonical order.
 */
export function tallyOf(counted: Iterable<{ readonly traits: Traits; readonly rows: number }>, names: readonly Tag[]): Tally {
  const none = (): TagCount => ({ phrases: 0, rows: 0 });
  const byTag: Record<Tag, TagCount> = Object.fromEntries(names.map((tag) => [tag, none()]));
  const askedTags: Record<Tag, AskedCount> = {};
  const sums = { verdicts: {}, faults: {}, repairs: {}, gates: {} };
  const answers = new AnswerTally();
  let writtenAgain = 0;
  let originalKept = 0;
  const keptBy: Record<string, number> = {};
  for (const { traits: found, rows } of counted) {
    for (const [tag, phrases] of Object.entries(found.tags)) {
      const count = (byTag[tag] ??= none());
      count.phrases += phrases * rows;
      count.rows += rows;
    }
    for (const tag of found.askedTags ?? []) {
      const count = (askedTags[tag] ??= { rows: 0, kept: 0 });
      count.rows += rows;
      if (found.tags[tag] !== undefined) count.kept += rows;
    }
    if (found.writtenAgain) writtenAgain += rows;
    const isKept = originOf(found) === "original";
    if (isKept) originalKept += rows;
    if (isKept) for (const cause of causesOf(found)) add(keptBy, cause, rows);
    answers.add(found.answers, Object.keys(found.gates).map(gateOf), rows);
    for (const kind of ["verdicts", "faults", "repairs", "gates"] as const)
      for (const [name, count] of Object.entries(found[kind])) add(sums[kind], name, count * rows);
  }
  return {
    tags: byTag,
    ...(Object.keys(askedTags).length > 0 && { askedTags }),
    ...sums,
    answers: answers.counts(),
    writtenAgain,
    originalKept,
    keptBy,
  };
}

/** What a row of the dataset stands for. Undefined for another row. */
export function originOf(traits: Traits): ResponseOrigin | undefined {
  // Older versions did not note it. A row that is not in the dataset has no gates.
  return traits.responses ?? (gatesThatKept(traits).length > 0 ? "original" : undefined);
}

/** Stands in `keptBy` for rows in which no response was to be written. */
export const nothingAnew = "nothing to write anew (calls of tools, masked turns)";

/** What made a row keep an original response. */
function causesOf(traits: Traits): string[] {
  const gates = gatesThatKept(traits);
  return gates.length > 0 ? gates : [nothingAnew];
}

function gatesThatKept({ gates }: Traits): string[] {
  return Object.keys(gates)
    .map(gateOf)
    .filter(keepsOriginal)
    .map(({ gate }) => gate);
}

/** `gate: action` in its parts. */
function gateOf(name: string): { gate: string; action: string } {
  const [gate = "", action = ""] = name.split(": ", 2);
  return { gate, action };
}

function add(sums: Record<string, number>, name: string, count = 1): void {
  sums[name] = (sums[name] ?? 0) + count;
}
