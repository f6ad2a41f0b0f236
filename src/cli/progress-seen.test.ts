import { expect, test } from "vitest";
import { calibrationNote, endings, rates, Seen } from "./progress-seen.ts";

test("what verdicts wait for is told while the judge is calibrated, and only then", () => {
  const seen = new Seen();
  expect(calibrationNote(seen)).toBe("");
  seen.calibrating = { asked: 5, of: 24 };
  expect(calibrationNote(seen)).toBe("calibrating the judge: 5 of 24 rows");
});

test("the lines below the bars fit into 80 columns, also in a large run", () => {
  const seen = new Seen();
  Object.assign(seen, { ended: 123_456, total: 1_000_000, originalKept: 12_345, dropped: 12_345, failed: 1_234, notTried: 1_234 });
  Object.assign(seen, {
    outputTokens: 1e6,
    dollars: 123.4,
    prices: new Map([["m", { input: 1, output: 2 }]]),
    startedMs: performance.now() - 1e7,
  });
  for (const line of [rates(seen), endings(seen)]) expect(line.length).toBeLessThanOrEqual(80);
  expect(endings(seen)).toContain("1,234 failed (1,234 not tried)");
});
