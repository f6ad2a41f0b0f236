import { expect, test } from "vitest";
import { summaryOf } from "../../../../test/fixtures/sample-report.ts";
import { written } from "../../../../test/fixtures/written-markup.ts";
import { histogram, logTicks } from "./histogram.ts";

test("a logarithmic axis has round numbers, no more than there is room for", () => {
  expect(logTicks(0.5, 4, 8).map((tick) => Number(tick.toPrecision(3)))).toEqual([0.5, 0.7, 1, 1.5, 2, 3]);
  expect(logTicks(1, 1000, 5)).toEqual([1, 10, 100, 1000]);
  expect(logTicks(0, 1_000_000, 5).length).toBeLessThanOrEqual(5);
});

test("zeros, one value many times, few values and none are drawn or said", async () => {
  const zero = summaryOf([0, 0, 3, 10, 1000], "log");
  for (const summary of [zero, summaryOf([5, 5, 5, 5, 5]), summaryOf([0, 0, 0, 0, 0]), summaryOf([1, 2, 2, 2, 2], "log")]) {
    const drawn = await written(histogram({ title: "t", distributions: [{ name: "n", summary, colour: "kept" }] }));
    expect(drawn).toContain("<svg");
    expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
  }
  expect(await written(histogram({ title: "t", distributions: [{ name: "n", summary: null, colour: "kept" }] }))).toContain("No values.");
  const few = await written(histogram({ title: "t", distributions: [{ name: "n", summary: summaryOf([5]), colour: "kept" }] }));
  expect(few).not.toContain("<svg");
  expect(few).toContain("n: 5 (one value)");
});
