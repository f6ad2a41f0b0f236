import type { Obedience } from "./obedience.ts";
import { counted, decimal, percent, thousands } from "../texts/number-text.ts";
import { leastAuc, mayRemove, type Calibration } from "./calibration.ts";

/**
 * What a person should know of a run's judge and can do about it, as sentences. Empty for a judge
 * that tells phrases and messages apart well enough.
 */
export function judgeWarnings(calibration: Calibration): string[] {
  const { phraseAuc, messageAuc, drawLimit = Infinity } = calibration;
  if (phraseAuc === undefined || messageAuc === undefined) {
    const why = drawLimit < 2 ? "the budget leaves no calls for it" : "fewer than two rows of the draw have phrases to compare";
    return [`The judge is not calibrated, because ${why}: its line lies at log-odds 0, and no message counts as foreign.`];
  }
  if (phraseAuc >= leastAuc.phrase && messageAuc >= leastAuc.message) return [];
  const isHeard = mayRemove(calibration);
  const low = [
    ...(phraseAuc < leastAuc.phrase ? [`${below(phraseAuc, leastAuc.phrase)} a phrase (at least ${leastAuc.phrase} is wanted)`] : []),
    ...(messageAuc < leastAuc.message ? [`${below(messageAuc, leastAuc.message)} a message (at least ${leastAuc.message} is wanted)`] : []),
  ];
  return [
    `This judge knows little of these rows: its AUC, own against foreign, is ${low.join(" and ")}, and a coin has 0.5.`,
    ...(isHeard ? [] : ["So little that it removes no phrase."]),
    `Take a larger judge (--judge-model), set verify.votes where its server tells no log-probabilities, or read the ${isHeard ? "weak phrases" : "rows"} in sysgen view.`,
  ];
}

/** A number with two decimals, or as many as it takes to read as less than the limit. */
function below(value: number, limit: number): string {
  const digits = [2, 3, 4].find((count) => Number(value.toFixed(count)) < limit) ?? 5;
  return decimal(value, digits);
}

/** The figures of a calibration, each with its name, for plain text. */
export function calibrationFigures({ rows, phrases, phraseAuc, messageAuc, ownKept, foreignRemoved }: Calibration): [string, string][] {
  if (phraseAuc === undefined || messageAuc === undefined || ownKept === undefined || foreignRemoved === undefined)
    return [["calibrated on", "nothing"]];
  return [
    ["calibrated on", `${counted(rows, "row")}: ${counted(phrases.own, "own phrase")}, ${thousands(phrases.foreign)} foreign`],
    ["AUC own to foreign", `${decimal(phraseAuc)} a phrase, ${decimal(messageAuc)} a message`],
    ["its line", `${percent(ownKept, 1)} of own phrases lie above, ${percent(foreignRemoved, 1)} of foreign ones below`],
  ];
}

/** What a user should know of a judge that checks new responses and knows little. */
export function obedienceWarning({ rows, auc = 0 }: Obedience): string {
  if (rows === 0) return "respond.check: too few rows could be compared, so the line of obedience lies at log-odds 0.";
  return `respond.check: this judge tells responses to their own system message from those to another with an AUC of ${decimal(auc)}, so its check says little. Take a larger judge (--judge-model), or switch respond.check off.`;
}
