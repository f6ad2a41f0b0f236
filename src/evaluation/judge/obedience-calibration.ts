import { calibrate, mayRemove, uncalibrated, type Calibration, type ScoredMessage, type ScoredPhrase } from "../../phases/calibration.ts";
import type { Tag } from "../../records/system-message/phrase.ts";
import { evenOdds, underLines, type ObedienceLines } from "./obedience.ts";
import { foreignOf, phrasesOf, type JudgedRow, type ObeyedPhrase, type RowVerdicts } from "./row-verdicts.ts";

/**
 * Where a judge tells the phrases of a response's own message from those of another row's message
 * best. Rows that were not asked about with another row's phrases take no part.
 * @param place Which of the judges.
 * @param tags The run's tags in canonical order.
 */
export function calibrateObedience(rows: readonly RowVerdicts[], place: number, tags: readonly Tag[]): Calibration {
  const compared = rows
    .map(({ judges }) => ({ own: scored(phrasesOf(judges[place])), foreign: scored(foreignOf(judges[place])) }))
    .filter(({ own, foreign }) => own.length > 0 && foreign.length > 0);
  return calibrate(
    compared.map(({ own }) => wholeOf(own)),
    compared.map(({ foreign }) => wholeOf(foreign)),
    tags,
  );
}

/** A message is as obeyed as its phrases are on average. */
function wholeOf(phrases: readonly ScoredPhrase[]): ScoredMessage {
  return { message: phrases.reduce((sum, { score }) => sum + score, 0) / phrases.length, phrases };
}

function scored(phrases: readonly ObeyedPhrase[] = []): ScoredPhrase[] {
  return phrases.flatMap(({ tag, score }) => (score === undefined ? [] : [{ tag, score }]));
}

/**
 * The verdicts on a row once the lines of its judges are known. A judge that is little better than
 * a coin moves no line, because its line says nothing.
 * @param calibrations Of each judge, in order.
 */
export function calibrated(row: RowVerdicts, calibrations: readonly Calibration[]): RowVerdicts {
  const judges = row.judges.map((judged, place) => {
    const calibration = calibrations[place] ?? uncalibrated;
    return underLinesOf(judged, mayRemove(calibration) ? calibration : evenOdds);
  });
  return { ...row, judges };
}

function underLinesOf(judged: JudgedRow, lines: ObedienceLines): JudgedRow {
  const [phrases, foreign] = [phrasesOf(judged), foreignOf(judged)];
  return {
    ...judged,
    ...(phrases && { phrases: underLines(phrases, lines) }),
    ...(foreign && { foreign: underLines(foreign, lines) }),
  };
}
