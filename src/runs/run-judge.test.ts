import { expect, test } from "vitest";
import { sampleCalibration } from "../../test/fixtures/sample-report.ts";
import type { Outcome } from "../records/outcome.ts";
import type { JudgedPhrase } from "../records/verdict.ts";
import { runJudge } from "./run-judge.ts";
import { tallyTraits, traitsOf } from "./tally.ts";
import { tags } from "../records/system-message/phrase.ts";

const phrase: JudgedPhrase = { tag: "Style", text: "Be brief.", verdict: "weak", score: -0.4, repairs: [] };
const dropped: Outcome = { outcome: "dropped", phase: "verify", reason: "foreign-message", detail: "", removed: [], writtenAgain: true };
const failed: Outcome = {
  ...dropped,
  outcome: "failed",
  removed: [phrase, { ...phrase, verdict: "bad", writtenAs: "Tool", repairs: ["retagged"] }],
};

test("what the judge did is counted over the rows, kept or not", () => {
  const counts = tallyTraits(
    [
      { traits: traitsOf(dropped), rows: 2 },
      { traits: traitsOf(failed), rows: 3 },
      { traits: traitsOf({ outcome: "dropped", phase: "read", reason: "x", detail: "", removed: [] }), rows: 5 },
    ],
    tags,
  );
  expect(runJudge(sampleCalibration, counts)).toEqual({
    calibration: sampleCalibration,
    weak: 3,
    retagged: 3,
    writtenAgain: 5,
    warnings: [],
  });
});

test("a run without calibration has no judge to speak of", () => {
  expect(runJudge(undefined, tallyTraits([], tags))).toBeUndefined();
});
