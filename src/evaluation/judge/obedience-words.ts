import { leastAuc } from "../../phases/calibration.ts";
import { counted, decimal, percent, thousands } from "../../texts/number-text.ts";
import type { Estimate, ObedienceCalibration, PhraseFigures } from "./result.ts";

/**
 * What a person should know of a judge's question of obedience, and can do about it, as sentences.
 * Empty for a judge that tells phrases and messages apart well enough.
 */
export function obedienceWarnings({ calibration }: PhraseFigures): string[] {
  if (calibration === null)
    return ["Obedience was judged by an older version, all phrases in one reply and without a calibration. Judge again to know more."];
  const { phraseAuc, messageAuc, isUsed } = calibration;
  if (phraseAuc === null || messageAuc === null)
    return [
      "Nothing tells whether this judge sees obedience: fewer than two of the rows have messages that differ. It is taken at its word, at even odds.",
    ];
  if (phraseAuc >= leastAuc.phrase && messageAuc >= leastAuc.message) return [];
  return [
    `This judge knows little of obedience. It tells the phrases of a response's own message from another row's with an AUC of ${decimal(phraseAuc)} (below ${leastAuc.phrase} is little, 0.5 is a coin), and whole messages with ${decimal(messageAuc)} (below ${leastAuc.message} is little).`,
    ...(isUsed ? [] : ["So its line is left at even odds, and the obeyed rates say next to nothing."]),
    "Take a larger judge (--judge-model), best one whose server gives log-probabilities. If the messages are nearly alike, no judge can tell them apart.",
  ];
}

/** The figures of a calibration, each with its name. */
export function calibrationFigures(calibration: ObedienceCalibration): [name: string, figure: string][] {
  const { rows, phrases, line, tagLines, isUsed, phraseAuc, messageAuc, ownAtOrAbove, foreignBelow, obeyedRateAtEvenOdds } = calibration;
  if (phraseAuc === null || messageAuc === null) return [["calibrated on", "nothing"]];
  const byTag = Object.entries(tagLines).map(([tag, ofTag]) => `${tag} ${decimal(ofTag)}`);
  return [
    ["calibrated on", `${counted(rows, "row")}: ${counted(phrases.own, "own phrase")}, ${thousands(phrases.foreign)} of another row`],
    ["AUC own to foreign", `${decimal(phraseAuc)} a phrase, ${decimal(messageAuc)} a message`],
    ["line", `log-odds ${[decimal(line), ...byTag].join(", ")}${isUsed ? "" : " (not used)"}`],
    ["told apart by it", `${share(ownAtOrAbove)} of own phrases at or above, ${share(foreignBelow)} of foreign ones below`],
    ["obeyed at even odds", interval(obeyedRateAtEvenOdds)],
  ];
}

function share(value: number | null): string {
  return percent(value ?? 0, 1);
}

function interval(estimate: Estimate): string {
  return estimate === null ? "-" : `${percent(estimate.value, 1)} [${percent(estimate.low, 1)}, ${percent(estimate.high, 1)}]`;
}
