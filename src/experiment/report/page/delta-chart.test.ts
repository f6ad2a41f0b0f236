import { expect, test } from "vitest";
import type { ReportTable, ResultCell } from "../experiment-report.ts";
import { deltaChart } from "./delta-chart.ts";

const cell = (low: number | null, high: number | null): ResultCell => ({
  kind: "result",
  state: "done",
  value: 0.5,
  low: null,
  high: null,
  items: 3,
  scored: 3,
  of: 3,
  publishedItems: null,
  unparsed: 0,
  cut: 0,
  cause: null,
  delta: { value: 0.2, low, high, items: 8 },
  seeds: [],
});

const chartOf = async (...cells: readonly ResultCell[]): Promise<string> => {
  const rows = cells.map((one, index) => ({ name: "tiny", detail: `variant ${index}`, isPaper: false, cells: [one] }));
  const table: ReportTable = { id: "results", title: "", about: "", paper: null, columns: [{ name: "own", unit: "share" }], rows };
  return String(await deltaChart(table, 0));
};

test("a difference without an interval is a hollow dot that says so, and the caption does not promise intervals", async () => {
  const none = await chartOf(cell(null, null));
  expect(none).toContain("variant 0: +20.0, 8 items, no interval");
  expect(none).toMatch(/<figcaption>own: difference to the base, in points, without intervals \(too few items/);
  expect(none).toContain('fill="var(--page)"');
  const both = await chartOf(cell(0.1, 0.3), cell(null, null));
  expect(both).toContain("variant 0: +20.0 [10.0, 30.0], 8 items;");
  expect(both).toContain("with 95% intervals; hollow dots have none");
  const all = await chartOf(cell(0.1, 0.3));
  expect(all).toContain("in points, with 95% intervals.</figcaption>");
  expect(all).not.toContain('fill="var(--page)"');
});
