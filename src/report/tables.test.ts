import { expect, test } from "vitest";
import { sampleReport } from "../../test/fixtures/sample-report.ts";
import { tablesOf } from "./tables.ts";

const title = "the judge's calibration";

test("a calibrated run has a table of its judge, another run has none", () => {
  const rows = new Map(
    tablesOf(sampleReport())
      .find((table) => table.title === title)
      ?.rows.map(([name = "", value]) => [name, value]),
  );
  expect(rows.get("AUC own to foreign")).toBe("0.81 a phrase, 0.98 a message");
  expect(rows.get("lines, log-odds")).toBe("all tags +0.43, Role −0.25, Tool +1.20");
  expect(rows.get("written again")).toBe("11 rows, as the message looked foreign");
  expect(tablesOf(sampleReport({ calibration: null })).map((table) => table.title)).not.toContain(title);
});
