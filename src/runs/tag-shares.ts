import type { Tag } from "../records/system-message/phrase.ts";
import { counted, percent, thousands } from "../texts/number-text.ts";
import type { RowCounts } from "./counts.ts";
import type { Hint } from "./hints.ts";
import type { Manifest } from "./manifest.ts";
import type { Tally } from "./tally.ts";

/** The share of messages that is wanted to have a tag, and what came of it. */
export interface TagShare {
  readonly tag: Tag;
  /** From 0 to 1. */
  readonly wanted: number;
  /** Rows of the dataset whose message has the tag, and their share of the dataset, from 0 to 1. */
  readonly rows: number;
  readonly share: number;
  /** Rows of the dataset whose message was asked to have it, and those of them that do. */
  readonly asked: number;
  readonly kept: number;
}

/** The wanted shares of a run's tags, and what came of them. Undefined if none is wanted. */
export function tagSharesOf(
  { config }: Pick<Manifest, "config">,
  { tags, askedTags = {} }: Pick<Tally, "tags" | "askedTags">,
  { done }: Pick<RowCounts, "done">,
): readonly TagShare[] | undefined {
  const wanted = Object.entries(config?.tagShares ?? {});
  if (wanted.length === 0) return undefined;
  return wanted.map(([tag, share]) => {
    const rows = tags[tag]?.rows ?? 0;
    const asked = askedTags[tag] ?? { rows: 0, kept: 0 };
    return { tag, wanted: share, rows, share: done === 0 ? 0 : rows / done, asked: asked.rows, kept: asked.kept };
  });
}

/**
 * What came of a wanted share, such as `wanted 20.0%, got 18.0% (36 rows); asked of 40 rows, and 30
 * of them have it`.
 */
export function tagShareInWords({ wanted, share, rows, asked, kept }: TagShare): string {
  const got = asked === 0 ? "no row was asked" : `asked of ${counted(asked, "row")}, and ${thousands(kept)} of them have it`;
  return `wanted ${percent(wanted, 1)}, got ${percent(share, 1)} (${counted(rows, "row")}); ${got}`;
}

/** A share this far from the wanted one is not what the user asked for. */
const farOff = 0.05;
/** Fewer rows are this far off by chance. */
const enoughRows = 50;

/** Wanted shares that the dataset misses, each with what to do about it. */
export function tagShareHints(shares: readonly TagShare[] = [], { done }: Pick<RowCounts, "done">): Hint[] {
  if (done < enoughRows) return [];
  return shares.flatMap((of) => {
    const { tag, wanted, share } = of;
    if (Math.abs(share - wanted) <= farOff) return [];
    const better = shareToWant(of, done);
    return {
      what: `${percent(share, 1)} of the messages have a ${tag} phrase, and ${percent(wanted, 1)} are wanted: ${tagShareInWords(of)}.`,
      cure:
        better === undefined
          ? "Take a larger generator, which does more often what it is asked. What the judge removes is not kept to meet a share."
          : `With these models, about ${percent(better, 1)} (tagShares.${tag}: ${better}) comes to what is wanted. A larger generator does more often what it is asked.`,
    };
  });
}

/**
 * The share to want so that the dataset comes to the wanted one, if rows that are asked for a tag
 * and rows that are asked to do without go on as they did. Undefined if no share does.
 */
function shareToWant({ wanted, rows, asked, kept }: TagShare, done: number): number | undefined {
  if (asked === 0 || asked === done) return undefined;
  const [whenAsked, unasked] = [kept / asked, (rows - kept) / (done - asked)];
  const share = Math.round((100 * (wanted - unasked)) / (whenAsked - unasked)) / 100;
  return share > 0 && share <= 1 ? share : undefined;
}
