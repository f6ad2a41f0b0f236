import { mayRemove, type Calibration } from "../../phases/calibration.ts";
import type { ResponseOrigin } from "../../records/response-origin.ts";
import { tagRank, type Tag } from "../../records/system-message/phrase.ts";
import { bootstrap, ratio, type BootstrapOptions } from "../../statistics/bootstrap.ts";
import { evenOdds, underLines } from "./obedience.ts";
import type { Obedience, ObedienceCalibration, PhraseFigures } from "./result.ts";
import type { ObeyedPhrase, PhraseVerdict } from "./row-verdicts.ts";

/** How figures are made. */
type FigureOptions = Omit<BootstrapOptions, "rows"> & {
  /** The run's tags in canonical order. */
  readonly tags: readonly Tag[];
};

type Rows = readonly (readonly ObeyedPhrase[])[];

/** A row whose phrases were judged. */
export interface JudgedPhrasesRow {
  readonly phrases: readonly ObeyedPhrase[];
  /** Whether the judged response is new. */
  readonly origin: ResponseOrigin | undefined;
}

/**
 * Figures of a judge's verdicts on phrases, and of its calibration. Those of original responses
 * that were kept are counted apart, because nobody wrote them under the system message.
 * @param rows Those that were answered.
 */
export function phraseFigures(rows: readonly JudgedPhrasesRow[], calibration: Calibration, options: FigureOptions): PhraseFigures {
  const phrasesOf = (isKept: boolean): Rows => rows.flatMap(({ phrases, origin }) => ((origin === "original") === isKept ? [phrases] : []));
  const [anew, kept] = [phrasesOf(false), phrasesOf(true)];
  const atEvenOdds = obedienceFigures(
    anew.map((phrases) => underLines(phrases, evenOdds)),
    options,
  );
  const ofKept = obedienceFigures(kept, options);
  return {
    ...obedienceFigures(anew, options),
    kept: { rows: ofKept.rows, all: ofKept.all },
    calibration: calibrationFigures(calibration, atEvenOdds.all.obeyedRate),
  };
}

function calibrationFigures(calibration: Calibration, obeyedRateAtEvenOdds: Obedience["obeyedRate"]): ObedienceCalibration {
  const { rows, phrases, line, tagLines, phraseAuc = null, messageAuc = null, ownKept = null, foreignRemoved = null } = calibration;
  const isUsed = phraseAuc !== null && mayRemove(calibration);
  return {
    rows,
    phrases,
    line,
    tagLines,
    isUsed,
    phraseAuc,
    messageAuc,
    ownAtOrAbove: ownKept,
    foreignBelow: foreignRemoved,
    obeyedRateAtEvenOdds,
  };
}

/** Figures over all phrases and by tag. */
function obedienceFigures(rows: Rows, { tags, ...options }: FigureOptions): Omit<PhraseFigures, "kept" | "calibration"> {
  const occurring = [...new Set(rows.flat().map(({ tag }) => tag))].toSorted((a, b) => tagRank(a, tags) - tagRank(b, tags));
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
  const figures: Record<Tag, Obedience> = {};
  occurring.forEach((tag, index) => {
    const ofTag = byTag[index];
    if (ofTag) figures[tag] = ofTag;
  });
  return { rows: rows.length, all, tags: figures };
}
