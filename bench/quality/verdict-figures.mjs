// How verdicts compare with a person's labels. A judged phrase is
// `{ tag, fits, serves, kept, score, tagAfter }`.

/** The part of a list for which `test` is true. Null for an empty list. */
export const shareOf = (list, test) => (list.length === 0 ? null : list.filter(test).length / list.length);

/**
 * The area under the ROC curve. It is the probability that a positive has a higher score than a
 * negative, where a tie counts half. Null if one of the lists is empty.
 */
export function areaUnderCurve(positives, negatives) {
  if (positives.length === 0 || negatives.length === 0) return null;
  let won = 0;
  for (const positive of positives) for (const negative of negatives) won += positive > negative ? 1 : positive === negative ? 0.5 : 0;
  return won / (positives.length * negatives.length);
}

/**
 * The figures of judged phrases. `auc` is of the phrases that have a score. It is null if the judge
 * gives none.
 */
export function verdictFigures(judged) {
  const [fitting, unfit] = [true, false].map((fits) => judged.filter((phrase) => phrase.fits === fits));
  const fitsKept = shareOf(fitting, ({ kept }) => kept);
  const unfitRemoved = shareOf(unfit, ({ kept }) => !kept);
  const scoresOf = (phrases) => phrases.flatMap(({ score }) => (score === undefined ? [] : [score]));
  const kept = judged.filter((phrase) => phrase.kept).length;
  return {
    phrases: judged.length,
    fit: fitting.length,
    kept,
    removed: judged.length - kept,
    fitsKept,
    unfitRemoved,
    balancedAccuracy: fitsKept === null || unfitRemoved === null ? null : (fitsKept + unfitRemoved) / 2,
    auc: areaUnderCurve(scoresOf(fitting), scoresOf(unfit)),
    scored: judged.filter(({ score }) => score !== undefined).length,
  };
}

/**
 * The share of phrases whose tag is the one that they serve, as they were written and as the
 * program left them.
 */
export function tagFigures(judged) {
  const left = judged.filter(({ tagAfter }) => tagAfter !== undefined);
  return {
    before: shareOf(judged, ({ tag, serves }) => tag === serves),
    after: shareOf(left, ({ tagAfter, serves }) => tagAfter === serves),
  };
}
