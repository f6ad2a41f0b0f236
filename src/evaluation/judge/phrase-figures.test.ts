import { expect, test } from "vitest";
import { calibrate, uncalibrated } from "../../phases/calibration.ts";
import { evenOdds, underLines } from "./obedience.ts";
import { phraseFigures } from "./phrase-figures.ts";
import { phraseFiguresSchema } from "./result.ts";
import type { ObeyedPhrase } from "./row-verdicts.ts";
import { tags as eight } from "../../records/system-message/phrase.ts";

/** Half of the rows have a phrase that lies well above even odds and below the line. */
const scores = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 4 : 1));
const asked = scores.map((score): ObeyedPhrase[] => [{ tag: "Role", text: "R", verdict: "unparsed", score, notApplicable: 0 }]);
const anew = (rows: readonly ObeyedPhrase[][]) => rows.map((phrases) => ({ phrases, origin: "new" as const }));
const options = { draws: 1_000, seed: 0, tags: eight };

test("the obeyed rate is by the verdicts' lines, with the rate at even odds beside it", () => {
  const lines = { line: 2, tagLines: {} };
  const figures = phraseFigures(
    anew(asked.map((phrases) => underLines(phrases, lines))),
    { ...uncalibrated, ...lines, rows: 20, phraseAuc: 0.9, messageAuc: 0.95, ownKept: 0.5, foreignRemoved: 0.8 },
    options,
  );
  expect(figures.all).toMatchObject({ obeyed: 10, violated: 10, obeyedRate: { value: 0.5 } });
  expect(figures.all.obeyedRate?.low).toBeLessThan(0.5);
  expect(figures.calibration).toMatchObject({ line: 2, isUsed: true, phraseAuc: 0.9, obeyedRateAtEvenOdds: { value: 1, low: 1, high: 1 } });
});

test("a judge that is a coin, or was not calibrated, is marked as taken at its word", () => {
  const rows = anew(asked.map((phrases) => underLines(phrases, evenOdds)));
  const coin = scores.map((score) => ({ message: score, phrases: [{ tag: "Role" as const, score }] }));
  expect(phraseFigures(rows, calibrate(coin, coin, eight), options).calibration).toMatchObject({ isUsed: false, phraseAuc: 0.5 });
  const none = phraseFigures(rows, uncalibrated, options);
  expect(none.calibration).toMatchObject({ isUsed: false, rows: 0, phraseAuc: null, ownAtOrAbove: null });
  expect(phraseFiguresSchema.parse(JSON.parse(JSON.stringify(none)))).toEqual(none);
});

test("kept originals are counted apart", () => {
  const [own = [], kept = []] = asked.map((phrases) => underLines(phrases, { line: 2, tagLines: {} }));
  const rows = [
    { phrases: own, origin: "new" as const },
    { phrases: own, origin: undefined },
    { phrases: kept, origin: "original" as const },
  ];
  const { rows: counted, all, tags, kept: ofKept } = phraseFigures(rows, uncalibrated, options);
  expect([counted, all.obeyed, all.violated, tags["Role"]?.obeyed]).toEqual([2, 2, 0, 2]);
  expect(ofKept).toMatchObject({ rows: 1, all: { obeyed: 0, violated: 1 } });
});
