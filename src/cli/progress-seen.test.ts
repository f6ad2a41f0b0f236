import { expect, test } from "vitest";
import { calibrationNote, Seen } from "./progress-seen.ts";

test("what verdicts wait for is told while the judge is calibrated, and only then", () => {
  const seen = new Seen();
  expect(calibrationNote(seen)).toBe("");
  seen.calibrating = { asked: 5, of: 24 };
  expect(calibrationNote(seen)).toBe("calibrating the judge: 5 of 24 rows");
});
