import { expect, test } from "vitest";
import { sampleJudge } from "../../../test/fixtures/sample-judge.ts";
import { parseJudgeResult } from "./result.ts";

test("a result of version 1 is read without its pairs of the same text", () => {
  const now = sampleJudge({ rows: 100 });
  const [judge] = now.judges;
  const older = { ...now, version: 1, judges: [{ ...judge, pair: { ...judge?.pair, rows: 100, ties: 40, identical: 10 } }] };
  expect(parseJudgeResult(older)).toMatchObject({ version: 2, judges: [{ pair: { rows: 90, ties: 30, identical: 10, winRate: null } }] });
  const untouched = { ...now, version: 1, judges: [{ ...judge, pair: { ...judge?.pair, identical: 0 } }] };
  expect(parseJudgeResult(untouched).judges[0]?.pair.winRate).toEqual(judge?.pair.winRate);
  expect(parseJudgeResult(now)).toEqual(now);
});
