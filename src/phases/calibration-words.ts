import { counted, percent, thousands } from "../texts/number-text.ts";
import { leastAuc, mayRemove, type Calibration } from "./calibration.ts";

/**
 * What a person should know of a run's judge and can do about it, as sentences. Empty for a judge
 * that tells phrases and messages apart well enough.
 */
export function judgeWarnings(calibration: Calibration): string[] {
  const { phraseAuc, messageAuc } = calibration;
  if (phraseAuc === undefined || messageAuc === undefined)
    return [
      "The judge is not calibrated, because fewer than two rows of the draw have phrases to compare: its line lies at log-odds 0, and no message counts as foreign.",
    ];
  if (phraseAuc >= leastAuc.phrase && messageAuc >= leastAuc.message) return [];
  return [
    `This judge knows little of these rows: it tells own phrases from foreign ones with an AUC of ${phraseAuc.toFixed(2)} (${leastAuc.phrase} is little, 0.5 is a coin) and own messages with ${messageAuc.toFixed(2)} (${leastAuc.message} is little).`,
    ...(mayRemove(calibration) ? [] : ["So it removes no phrase."]),
    "Take a larger judge (--judge-model), set verify.votes where its server tells no log-probabilities, or read the weak phrases in sysgen view.",
  ];
}

/** The figures of a calibration, each with its name, for plain text. */
export function calibrationFigures({ rows, phrases, phraseAuc, messageAuc, ownKept, foreignRemoved }: Calibration): [string, string][] {
  if (phraseAuc === undefined || messageAuc === undefined || ownKept === undefined || foreignRemoved === undefined)
    return [["calibrated on", "nothing"]];
  return [
    ["calibrated on", `${counted(rows, "row")}: ${counted(phrases.own, "own phrase")}, ${thousands(phrases.foreign)} foreign`],
    ["AUC own to foreign", `${phraseAuc.toFixed(2)} a phrase, ${messageAuc.toFixed(2)} a message`],
    ["the line", `keeps ${percent(ownKept, 1)} of own phrases, removes ${percent(foreignRemoved, 1)} of foreign ones`],
  ];
}
