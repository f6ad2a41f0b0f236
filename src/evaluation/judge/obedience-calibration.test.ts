import { describe, expect, test } from "vitest";
import { calibrated, calibrateObedience } from "./obedience-calibration.ts";
import { evenOdds, underLines } from "./obedience.ts";
import { foreignOf, phrasesOf, type ObeyedPhrase, type RowVerdicts } from "./row-verdicts.ts";
import { tags } from "../../records/system-message/phrase.ts";

function phrasesWith(scores: readonly number[]): ObeyedPhrase[] {
  return underLines(
    scores.map((score) => ({ tag: "Style", text: "Be brief.", verdict: "unparsed", score, notApplicable: 0.1 })),
    evenOdds,
  );
}

/** A row whose own and foreign phrases have these scores. */
function rowOf(id: number, own: readonly number[], foreign: readonly number[] | undefined): RowVerdicts {
  const judged = { model: "j", pair: null, phrases: phrasesWith(own), foreign: foreign === undefined ? null : phrasesWith(foreign) };
  return { id: String(id), lengths: { original: 1, new: 1 }, judges: [judged] };
}

/** Says Yes to everything, and to own phrases a little more. */
const easy = Array.from({ length: 12 }, (_, index) => rowOf(index, [4 + (index % 3) / 10, 3.9], [1 + (index % 3) / 10, 0.9]));

describe("a judge that says Yes to everything, with another certainty", () => {
  const calibration = calibrateObedience([...easy, rowOf(12, [0.5, 4], undefined)], 0, tags);

  test("tells own from foreign phrases, by a line between them", () => {
    expect(calibration).toMatchObject({ rows: 12, phrases: { own: 24, foreign: 24 }, phraseAuc: 1, messageAuc: 1 });
    expect(calibration.line).toBeGreaterThan(1.2);
    expect(calibration.line).toBeLessThan(3.9);
  });

  test("has verdicts by its line, on rows of the draw and on others", () => {
    const [first] = easy.map((row) => calibrated(row, [calibration]).judges[0]);
    expect(phrasesOf(first)?.map(({ verdict }) => verdict)).toEqual(["obeyed", "obeyed"]);
    expect(foreignOf(first)?.map(({ verdict }) => verdict)).toEqual(["violated", "violated"]);
    const [other] = calibrated(rowOf(13, [0.5, 4], undefined), [calibration]).judges;
    expect(phrasesOf(other)?.map(({ verdict }) => verdict)).toEqual(["violated", "obeyed"]);
  });
});

test("a judge to which own and foreign phrases look alike is taken at its word", () => {
  const calibration = calibrateObedience(
    easy.map((_, index) => rowOf(index, [4, 3, 2], [4, 3, 2])),
    0,
    tags,
  );
  expect(calibration).toMatchObject({ phraseAuc: 0.5, messageAuc: 0.5 });
  expect(calibration.line).toBeCloseTo(3, 3);
  const [judged] = calibrated(rowOf(0, [1, -1], undefined), [calibration]).judges;
  expect(phrasesOf(judged)?.map(({ verdict }) => verdict)).toEqual(["obeyed", "violated"]);
});

test("rows whose question failed or met no answer take no part", () => {
  const failed = rowOf(0, [4], undefined);
  const [judged = { model: "j", pair: null, phrases: null, foreign: null }] = failed.judges;
  const rows = [
    { ...failed, judges: [{ ...judged, foreign: { failed: "server", detail: "" } }] },
    { ...failed, judges: [{ ...judged, foreign: [{ tag: "Style" as const, text: "Be brief.", verdict: "unparsed" as const }] }] },
    ...easy.slice(0, 3),
  ];
  expect(calibrateObedience(rows, 0, tags)).toMatchObject({ rows: 3, phrases: { own: 6, foreign: 6 } });
  expect(calibrateObedience(easy, 1, tags)).toMatchObject({ rows: 0 });
});
