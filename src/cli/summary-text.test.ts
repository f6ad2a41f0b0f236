import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { sampleCalibration } from "../../test/fixtures/sample-report.ts";
import { runJudge } from "../runs/run-judge.ts";
import { nothingDone, renderAnswers, renderCounts, renderJudge, renderRows } from "./summary-text.ts";
import { wrapText } from "./wrap-text.ts";

const counts = { verdicts: { good: 70, weak: 1 }, repairs: { retagged: 2 }, writtenAgain: 3 };
const plain = (text: string): string => wrapText(stripVTControlCharacters(text), undefined);
const shown = (change: object): string => plain(renderJudge(runJudge({ ...sampleCalibration, ...change }, counts)));

test("the judge's section has calibration and counts, and a warning where it is due", () => {
  expect(shown({}).split("\n")).toEqual([
    "judge",
    "  calibrated on       24 rows: 103 own phrases, 103 foreign",
    "  AUC own to foreign  0.81 a phrase, 0.98 a message",
    "  its line            74.8% of own phrases lie above, 75.7% of foreign ones below",
    "  weak                1 phrase below the line, kept as the best of their message",
    "  retagged            2 phrases that served another functionality",
    "  written again       3 rows, whose message looked like another row's",
  ]);
  expect(shown({ phraseAuc: 0.65 })).toContain("knows little");
});

test("a run without calibration has no such section", () => expect(renderJudge(undefined)).toBe(""));

test("final answers are one line, and none if no gate looked at them", () => {
  expect(stripVTControlCharacters(renderAnswers({ checked: 412, wrong: 8, notChecked: 88 }))).toBe(
    "answers  412 checked, 8 wrong and asked again, 88 could not be checked",
  );
  expect(renderAnswers({ checked: 0, wrong: 0, notChecked: 0 })).toBe("");
});

test("rows that were not tried are told apart, and a run of which no row has ended claims none", () => {
  const rows = { in: 40, done: 0, writtenAnew: 0, originalKept: 0, dropped: 0, failed: 40 };
  const rejected = [{ outcome: "failed", phase: "generate", reason: "not-tried", rows: 39 }] as const;
  expect(plain(renderRows({ rows, rejected }))).toMatch(/40 failed \(39 of them not tried\)$/);
  const none = { rows: { ...rows, in: 0, failed: 0 }, rejected: [] };
  expect(renderRows(none)).toBe("No row has ended");
  const calls = [{ phase: "generate", calls: 1, inputTokens: 90, outputTokens: 5 }];
  expect(plain(renderCounts({ ...none, phases: [{ phase: "generate", in: 0, out: 0 }], calls, load: [] }))).toBe(
    "phases\n  generate  no row has ended   1 call paid, 90 + 5 tokens",
  );
});

test("a run that leaves no row says what most rows ended in", () => {
  const files = { dataset: "d.jsonl", rejected: "r.jsonl", manifest: "run.json" };
  const rows = { in: 9, done: 0, writtenAnew: 0, originalKept: 0, dropped: 9, failed: 0 };
  const rejected = [
    { outcome: "dropped", phase: "read", reason: "no-response", rows: 2 },
    { outcome: "dropped", phase: "generate", reason: "too-long", rows: 7 },
  ] as const;
  expect(nothingDone({ rows, rejected, files })).toBe(
    "The dataset is empty: 7 of 9 rows were dropped in generate (too-long). r.jsonl says why for each row.",
  );
  expect(nothingDone({ rows: { ...rows, in: 0, dropped: 0 }, rejected: [], files })).toContain("held no rows");
});
