import { expect, test } from "vitest";
import { renderNextSteps, stepsAfterAnalyze, stepsAfterExport, stepsAfterJudge, stepsAfterPreview, stepsAfterRun } from "./next-steps.ts";
import { wrapText } from "./wrap-text.ts";
import type { NextStep } from "./next-steps.ts";

const commands = (steps: readonly NextStep[]): string[] => steps.map(({ command }) => command);
const given = ["run", "my rows.jsonl", "--model", "m", "--max-calls", "20"];
const rows = { in: 9, done: 9, writtenAnew: 5, originalKept: 4, dropped: 0, failed: 0 };
const run = { state: "finished", rows, folder: "runs/my rows", baseUrls: ["http://gpu1/v1"] } as const;

test("after a run come looking, exporting and judging, with its own paths", () => {
  expect(commands(stepsAfterRun(run, given))).toEqual([
    "sysgen view 'runs/my rows'",
    "sysgen export 'runs/my rows' --to train.jsonl",
    "sysgen judge 'runs/my rows' --judge-base-url http://gpu1/v1 --judge-model <name>",
  ]);
});

test("rows are exported and judged only where some were written anew", () => {
  expect(commands(stepsAfterRun({ ...run, rows: { ...rows, writtenAnew: 0 } }, given))).toEqual(["sysgen view 'runs/my rows'"]);
  const empty = { in: 0, done: 0, writtenAnew: 0, originalKept: 0, dropped: 0, failed: 0 };
  expect(stepsAfterRun({ ...run, rows: empty }, given)).toEqual([]);
});

test("a run that is not at its end, or in which rows failed, goes on with the same command", () => {
  const same = "sysgen run 'my rows.jsonl' --model m --max-calls 20";
  expect(commands(stepsAfterRun({ ...run, state: "interrupted" }, given))).toEqual([same]);
  expect(commands(stepsAfterRun({ ...run, rows: { ...rows, failed: 1 } }, given))[0]).toBe(same);
});

test("a run whose budget is spent goes on with twice the budget", () => {
  const [step] = stepsAfterRun({ ...run, state: "stopped" }, given);
  expect(step).toEqual({ what: "go on, with twice the budget", command: "sysgen run 'my rows.jsonl' --model m --max-calls 40" });
  expect(commands(stepsAfterRun({ ...run, state: "stopped" }, ["run", "--max-cost=0.5"]))[0]).toBe("sysgen run --max-cost=1");
  expect(stepsAfterRun({ ...run, state: "stopped" }, ["run", "--config", "c.yaml"])[0]?.what).toBe("go on, with a larger budget");
});

test("after a preview comes the run of the same options, on all rows", () => {
  expect(commands(stepsAfterPreview(["preview", "it's.jsonl", "--limit", "5", "--model", "m"]))).toEqual([
    String.raw`sysgen run 'it'\''s.jsonl' --model m`,
  ]);
  expect(commands(stepsAfterPreview(["preview", "--limit=5", "a.jsonl"]))).toEqual(["sysgen run a.jsonl"]);
});

test("after a report comes the judge, if none was asked", () => {
  expect(commands(stepsAfterAnalyze("r", "r/report.html", false))).toEqual(["r/report.html", "sysgen judge r --judge-model <name>"]);
  expect(commands(stepsAfterAnalyze("r", "r/report.html", true))).toEqual(["r/report.html", "sysgen view r"]);
});

test("after a judging comes the report, or the same command", () => {
  const judged = (state: "finished" | "stopped" | "interrupted", failed = 0) => ({ state, run: "r", judges: [{ rows: { failed } }] });
  expect(commands(stepsAfterJudge(judged("finished"), ["judge", "r"]))).toEqual(["sysgen analyze r", "sysgen view r"]);
  expect(commands(stepsAfterJudge(judged("finished", 2), ["judge", "r"]))[0]).toBe("sysgen judge r");
  expect(commands(stepsAfterJudge(judged("stopped"), ["judge", "r", "--max-tokens", "9"]))).toEqual(["sysgen judge r --max-tokens 18"]);
});

test("after an export come what a trainer or the hub need", () => {
  expect(commands(stepsAfterExport("r", "a/train.jsonl.gz", undefined))).toEqual(["sysgen export r --for trl --to a/train-trl"]);
  expect(commands(stepsAfterExport("r", "a/", "axolotl"))).toEqual(["a/README.md"]);
  expect(commands(stepsAfterExport("r", "a", "hub"))).toEqual(["sysgen push r <owner>/<name>"]);
});

test("a command is on one line, and shows no password", () => {
  const [step] = stepsAfterPreview(["preview", "a.jsonl", "--base-url", "http://me:secret@host/v1"]);
  if (step === undefined) throw new Error("no step");
  const [, , line = ""] = wrapText(renderNextSteps([step]), 30).split("\n");
  expect(line).toContain("sysgen run a.jsonl --base-url");
  expect(line).not.toContain("secret");
  expect(renderNextSteps([])).toBe("");
});
