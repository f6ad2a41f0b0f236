import { expect, test } from "vitest";
import { sampleCalibration } from "../../test/fixtures/sample-report.ts";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { uncalibrated } from "../phases/calibration.ts";
import type { Identity } from "./manifest.ts";
import { holdRun, startRun, type Run } from "./run.ts";
import { readRunStatus } from "./status.ts";

const unknown = {
  preset: undefined,
  columns: undefined,
  fileType: undefined,
  offset: undefined,
  limit: undefined,
  sample: undefined,
  seed: undefined,
  maxRowBytes: undefined,
  existingSystem: undefined,
  maxRetries: undefined,
  maxReasks: undefined,
  phases: undefined,
  tags: undefined,
  tagShares: undefined,
};
const facts = { versions: { sysgen: "0", node: "20" }, config: unknown };
const identityOf = (judgeModel: string): Identity => ({ judgeModel: { phase: "verify", value: judgeModel } });

test("run.json has the calibration while the run is at work, and until another configuration makes another one", async () => {
  await using folder = await temporaryFolder();
  const start = async (judge: string, preview = false): Promise<Run> => {
    const options = { retry: [], preview, inputStamp: undefined, force: true, rerunPhase: undefined };
    return startRun(await holdRun(folder.path, identityOf(judge), options), identityOf(judge), facts, options);
  };
  const judgeNow = async () => (await readRunStatus(folder.path)).judge;
  const first = await start("small");
  await first.calibrated(uncalibrated);
  expect((await judgeNow())?.warnings).toHaveLength(1);
  await first.calibrated(sampleCalibration);
  expect((await judgeNow())?.calibration).toEqual(sampleCalibration);
  await first.close();
  const again = await start("small");
  expect(again.calibration).toEqual(sampleCalibration);
  await again.close();
  const preview = await start("small", true);
  await preview.calibrated(uncalibrated);
  await preview.close();
  expect((await judgeNow())?.calibration).toEqual(sampleCalibration);
  const other = await start("large");
  expect(other.calibration).toBeUndefined();
  await other.close();
  expect(await judgeNow()).toBeUndefined();
});
