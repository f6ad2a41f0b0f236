import { tags, type Tag } from "../../records/system-message/phrase.ts";
import { bootstrap, ratio, type BootstrapOptions } from "../../statistics/bootstrap.ts";
import type { Obedience, PhraseFigures } from "./result.ts";
import type { ObeyedPhrase, PhraseVerdict } from "./row-verdicts.ts";

/**
 * Figures of a judge's verdicts on phrases, over all phrases and by tag.
 * @param rows The phrases of each row that was answered.
 */
export function phraseFigures(rows: readonly (readonly ObeyedPhrase[])[], options: Omit<BootstrapOptions, "rows">): PhraseFigures {
  const occurring = tags.filter((tag) => rows.some((phrases) => phrases.some((phrase) => phrase.tag === tag)));
  const groups: readonly (Tag | undefined)[] = [undefined, ...occurring];
  const inGroup = (group: Tag | undefined, verdict: PhraseVerdict): number[] =>
    rows.map((phrases) => phrases.filter((phrase) => (group === undefined || phrase.tag === group) && phrase.verdict === verdict).length);
  const rates = bootstrap(
    { ...options, rows: rows.length },
    groups.map((group) => {
      const obeyed = inGroup(group, "obeyed");
      const violated = inGroup(group, "violated");
      return ratio(
        obeyed,
        obeyed.map((count, row) => count + (violated[row] ?? 0)),
      );
    }),
  );
  const obedience = groups.map((group, index): Obedience => {
    const count = (verdict: PhraseVerdict): number => inGroup(group, verdict).reduce((sum, phrases) => sum + phrases, 0);
    return {
      obeyed: count("obeyed"),
      violated: count("violated"),
      notApplicable: count("not-applicable"),
      unparsed: count("unparsed"),
      obeyedRate: rates[index] ?? null,
    };
  });
  const [all = { obeyed: 0, violated: 0, notApplicable: 0, unparsed: 0, obeyedRate: null }, ...byTag] = obedience;
  const figures: Partial<Record<Tag, Obedience>> = {};
  occurring.forEach((tag, index) => {
    const ofTag = byTag[index];
    if (ofTag) figures[tag] = ofTag;
  });
  return { rows: rows.length, all, tags: figures };
}
