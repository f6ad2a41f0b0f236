import { expect, test } from "vitest";
import { sampleCalibration } from "../../../test/fixtures/sample-report.ts";
import { uncalibrated, type Calibration } from "../../phases/calibration.ts";
import { runJudge } from "../../runs/run-judge.ts";
import { tallyTraits } from "../../runs/tally.ts";
import { datasetCard } from "./card.ts";

const counts = {
  ...tallyTraits([]),
  rows: { in: 1, done: 1, writtenAnew: 1, originalKept: 0, dropped: 0, failed: 0 },
  phases: [],
  rejected: [],
  calls: [],
  load: [],
};

const cardOf = (calibration: Calibration | undefined): string =>
  datasetCard({
    name: "a-set",
    repo: undefined,
    splits: [],
    source: { name: "rows.jsonl" },
    licence: undefined,
    models: ["m"],
    judgeModels: ["m"],
    version: "0.1.0",
    preset: "standard",
    responses: "new",
    columns: [],
    counts,
    judge: runJudge(calibration, { ...counts, verdicts: { weak: 7 } }),
    example: "You are a guide.",
  });

test("a card says how well the judge tells own phrases from foreign ones", () => {
  const card = cardOf(sampleCalibration);
  expect(card).toContain("an AUC of 0.81, whole messages with 0.98");
  expect(card).toContain("keeps 74.8% of own phrases and removes 75.7% of foreign ones; 7 weak phrases");
  expect(card).not.toContain("removes no phrase");
});

test("a card says of a coin that it removed nothing, and of a judge without calibration that it has none", () => {
  expect(cardOf({ ...sampleCalibration, phraseAuc: 0.55 })).toContain("removes no phrase");
  expect(cardOf(uncalibrated)).toContain("was not calibrated");
  expect(cardOf(undefined)).not.toContain("calibrated");
});
