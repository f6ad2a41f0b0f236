import { z } from "zod";
import { tags, type Tag } from "../records/system-message/phrase.ts";
import type { Store } from "./store.ts";

const labels = ["good", "bad", "none", "unparsed"] as const;
const piece = z.object({
  tag: z.enum(tags).optional(),
  verdict: z.enum(labels).optional(),
  reason: z.string().optional(),
  repairs: z.array(z.string()).optional(),
});
const doneLine = z.object({
  id: z.string(),
  sysgen: z.object({
    phrases: z.array(piece),
    removed: z.array(piece),
    gates: z.array(z.object({ gate: z.string(), action: z.string() })),
  }),
});
const rejectedLine = z.object({ removed: z.array(piece).default([]) });

export type Counts = Readonly<Record<string, number>>;

interface TagCount {
  phrases: number;
  rows: number;
}

/** What the rows of a run hold, counted. */
export interface Tally {
  /** Phrases in the dataset's system messages, and rows that have at least one, by tag. */
  readonly tags: Readonly<Record<Tag, Readonly<TagCount>>>;
  /** Verdicts of the judge on phrases of the dataset and on phrases that were removed. */
  readonly verdicts: Counts;
  /** Pieces that the filter removed, by reason. */
  readonly faults: Counts;
  /** Tags that were mended, by kind. */
  readonly repairs: Counts;
  /** What gates did, as `gate: action`. */
  readonly gates: Counts;
}

/** Counts over a store's results, one row in memory at a time. */
export function tally(store: Store): Tally {
  const none = (): TagCount => ({ phrases: 0, rows: 0 });
  const byTag: Record<Tag, TagCount> = {
    Role: none(),
    Content: none(),
    Task: none(),
    Action: none(),
    Style: none(),
    Background: none(),
    Tool: none(),
    Format: none(),
  };
  const verdicts: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const repairs: Record<string, number> = {};
  const gates: Record<string, number> = {};
  const countPieces = (pieces: readonly z.infer<typeof piece>[]): void => {
    for (const { verdict, reason, repairs: mended } of pieces) {
      if (verdict) add(verdicts, verdict);
      if (reason) add(faults, reason);
      for (const repair of mended ?? []) add(repairs, repair);
    }
  };
  for (const body of store.results.bodies(["done"])) {
    const { sysgen } = doneLine.parse(JSON.parse(body));
    countPieces(sysgen.phrases);
    countPieces(sysgen.removed);
    for (const { gate, action } of sysgen.gates) add(gates, `${gate}: ${action}`);
    for (const phrase of sysgen.phrases) if (phrase.tag) byTag[phrase.tag].phrases++;
    for (const tag of new Set(sysgen.phrases.flatMap((phrase) => phrase.tag ?? []))) byTag[tag].rows++;
  }
  for (const body of store.results.bodies(["dropped", "failed"])) countPieces(rejectedLine.parse(JSON.parse(body)).removed);
  return { tags: byTag, verdicts, faults, repairs, gates };
}

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
