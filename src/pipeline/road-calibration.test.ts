import { expect, test } from "vitest";
import { readEntry } from "../../test/fixtures/dataset-entry.ts";
import { modelOf, replyOf } from "../../test/fixtures/scripted-model.ts";
import { RunStop } from "../execution/run-stop.ts";
import type { Model } from "../models/model.ts";
import { uncalibrated, type Calibration } from "../phases/calibration.ts";
import { settingsOf } from "../phases/index.ts";
import { Road } from "./road.ts";
import { standardTags } from "../records/system-message/tag-set.ts";

const writer: Model = modelOf(async () =>
  replyOf("<<Role>>You are a guide to the town.<</Role>> <<Format>>Answer in one line.<</Format>>"),
);
/** Says No to every question about a fit. */
const strict: Model = {
  ...modelOf(async () => replyOf("")),
  call: async ({ questions = [] }) => replyOf(questions.map(({ labels }) => labels.at(-1) ?? "").join("\n")),
};

/** A road whose draw holds no row. Without a calibration it makes one of that. */
function roadWith(calibration: Calibration | undefined, told: Calibration[] = []): Road {
  return new Road({
    config: {
      tags: standardTags,
      tagShares: {},
      phases: settingsOf("standard"),
      existingSystem: "drop",
      maxRetries: 2,
      maxReasks: 1,
      seed: undefined,
    },
    model: writer,
    judge: strict,
    stop: new RunStop(undefined),
    draw: [],
    calibration,
    runRounds: () => 0,
    onCalibrated: async (found) => {
      told.push(found);
    },
    callFailed: () => undefined,
    observer: {},
  });
}
const row = await readEntry({ instruction: "Where is the town hall?", output: "Beside the river." });

test("a row whose message was written again says so", async () => {
  const doubtful = await roadWith({ ...uncalibrated, messageLine: 0, dropLine: -100, messageAuc: 1 }).walk(row, () => 0);
  expect(doubtful).toMatchObject({ writtenAgain: true });
  const own = await roadWith(uncalibrated).walk(row, () => 0);
  expect(own).not.toHaveProperty("writtenAgain");
});

test("calibration is told once, before the first verdict", async () => {
  const told: Calibration[] = [];
  const road = roadWith(undefined, told);
  await Promise.all([row, row].map((entry) => road.walk(entry, () => 0)));
  expect(told).toEqual([uncalibrated]);
});
