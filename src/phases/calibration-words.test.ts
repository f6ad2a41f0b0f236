import { describe, expect, test } from "vitest";
import { sampleCalibration } from "../../test/fixtures/sample-report.ts";
import { uncalibrated } from "./calibration.ts";
import { calibrationFigures, judgeWarnings } from "./calibration-words.ts";

const warned = (change: object): string => judgeWarnings({ ...sampleCalibration, ...change }).join(" ");

describe("the warnings", () => {
  test("are none for a judge that tells phrases and messages apart", () => {
    expect(warned({})).toBe("");
    expect(warned({ phraseAuc: 0.7, messageAuc: 0.9 })).toBe("");
  });

  test.each([{ phraseAuc: 0.69 }, { messageAuc: 0.89 }])("say of %o that the judge knows little, and what to do", (change) => {
    const text = warned(change);
    expect(text).toContain("knows little");
    expect(text).toContain(String(Object.values(change)[0]));
    for (const remedy of ["--judge-model", "verify.votes", "sysgen view"]) expect(text).toContain(remedy);
    expect(text).not.toContain("removes no phrase");
  });

  test("name the figure that is too low alone, and never one that reads as enough", () => {
    expect(warned({ messageAuc: 0.895 })).toContain("is 0.895 a message (at least 0.9 is wanted), and a coin");
    expect(warned({ phraseAuc: 0.69999 })).toContain("is 0.69999 a phrase (at least 0.7 is wanted), and a coin");
    expect(warned({ phraseAuc: 0.5, messageAuc: 0.4 })).toContain("0.50 a phrase (at least 0.7 is wanted) and 0.40 a message");
  });

  test("say of a coin that it removes no phrase", () => expect(warned({ phraseAuc: 0.59 })).toContain("removes no phrase"));

  test("say that there is no calibration", () => expect(judgeWarnings(uncalibrated).join(" ")).toMatch(/not calibrated.*log-odds 0/));
});

test("the figures are in words", () => {
  expect(calibrationFigures(sampleCalibration)).toEqual([
    ["calibrated on", "24 rows: 103 own phrases, 103 foreign"],
    ["AUC own to foreign", "0.81 a phrase, 0.98 a message"],
    ["its line", "74.8% of own phrases lie above, 75.7% of foreign ones below"],
  ]);
  expect(calibrationFigures(uncalibrated)).toEqual([["calibrated on", "nothing"]]);
});
