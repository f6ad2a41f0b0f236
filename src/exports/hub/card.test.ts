import { expect, test } from "vitest";
import { sampleCalibration } from "../../../test/fixtures/sample-report.ts";
import { uncalibrated, type Calibration } from "../../phases/calibration.ts";
import { runJudge } from "../../runs/run-judge.ts";
import { tallyTraits } from "../../runs/tally.ts";
import { datasetCard, type CardFacts } from "./card.ts";
import { tags } from "../../records/system-message/phrase.ts";

const counts = {
  ...tallyTraits([], tags),
  rows: { in: 1, done: 1, writtenAnew: 1, originalKept: 0, dropped: 0, failed: 0 },
  phases: [],
  rejected: [],
  calls: [],
  load: [],
};

const cardWith = (change: Partial<CardFacts>): string =>
  datasetCard({
    name: "a-set",
    repo: undefined,
    splits: [{ name: "train", rows: 40, pattern: "data/train-*" }],
    source: { name: "rows.jsonl" },
    licence: undefined,
    models: ["m"],
    judgeModels: ["m"],
    version: "0.1.0",
    preset: "standard",
    responses: "new",
    originalKept: 0,
    leftOut: { byMark: 0, keptOriginal: 0 },
    languages: ["en", "de"],
    settings: { seed: 7, "respond.gates.leak": "retry" },
    money: undefined,
    judged: [],
    columns: [],
    counts,
    tagShares: [],
    judge: undefined,
    example: "You are a guide.",
    ...change,
  });
const cardOf = (calibration: Calibration | undefined): string =>
  cardWith({ judge: runJudge(calibration, { ...counts, verdicts: { weak: 7 } }) });

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

test("a card says which rows have new responses, and claims no more", () => {
  expect(cardWith({})).toContain("All 40 have new responses");
  const kept = cardWith({ originalKept: 37 });
  expect(kept).toContain("**3 (7.5%) have new responses");
  expect(kept).toContain("37 (92.5%) keep a response of the source, which was not.**");
  expect(kept).not.toContain("obeys");
  expect(cardWith({ responses: "original" })).toContain("The responses are the source's own");
});

test("a card tells what gates and judges did, or that there were none", () => {
  expect(cardWith({})).toContain("caught none");
  expect(cardWith({ settings: { "respond.gates.leak": "off" } })).toContain("No gate looked");
  const caught = cardWith({ counts: { ...counts, gates: { "leak: retried": 3 } } });
  expect(caught).toContain("| leak | retried | 3 |");
  expect(caught).toContain("Nobody has judged these rows");
  expect(cardWith({ judged: ["`k` judged."] })).toContain("## Judged\n\n`k` judged.");
  expect(caught).toContain("language:\n  - en\n  - de");
  expect(caught).toContain("| `seed` | 7 |");
});
