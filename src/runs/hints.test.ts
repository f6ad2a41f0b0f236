import { expect, test } from "vitest";
import { rowCounts } from "./counts.ts";
import { hintsOf } from "./hints.ts";
import { tallyTraits, type Traits } from "./tally.ts";

const traits = (change: Partial<Traits>): string =>
  JSON.stringify({ tags: {}, verdicts: {}, faults: {}, repairs: {}, gates: {}, responses: "new", ...change });

function hintsFor(counted: readonly { traits: string; rows: number }[]): string[] {
  const tally = tallyTraits(counted);
  const done = counted.reduce((sum, { rows }) => sum + rows, 0);
  return hintsOf(rowCounts({ done, dropped: 0, failed: 0 }, tally), tally).map(({ what, cure }) => `${what} ${cure}`);
}

const good = { traits: traits({ verdicts: { good: 4 } }), rows: 60 };

test("a run that is well has no hint", () => {
  expect(hintsFor([good])).toEqual([]);
  expect(hintsFor([])).toEqual([]);
});

test("kept originals are named with what caught the new ones, and what to do", () => {
  const kept = (gate: string, rows: number) => ({
    traits: traits({ gates: { [`${gate}: kept-original`]: 1, [`${gate}: retried`]: 2 }, responses: "original" }),
    rows,
  });
  const [hint = "", ...others] = hintsFor([good, kept("truncated", 7), kept("wrong-answer", 30)]);
  expect(others).toEqual([]);
  expect(hint).toContain("37 rows of 97 (38.1%) keep the input's response");
  expect(hint).toContain("wrong-answer 30, truncated 7.");
  expect(hint).toContain("For wrong-answer, take a stronger generator");
  expect(hintsFor([good, kept("truncated", 6)])).toEqual([]);
  expect(hintsFor([good, kept("truncated", 7)])).toHaveLength(1);
});

test("rows of older versions count by what their gates did, and rows with nothing new count as kept", () => {
  const older = { traits: JSON.stringify({ gates: { "leak: kept-original": 1 } }), rows: 30 };
  const untouched = { traits: traits({ responses: "original" }), rows: 10 };
  expect(tallyTraits([older, untouched, good])).toMatchObject({
    originalKept: 40,
    keptBy: { leak: 30, "nothing to write anew (calls of tools, masked turns)": 10 },
  });
});

test.each([
  [{ verdicts: { good: 1, bad: 1 } }, "The judge removed"],
  [{ verdicts: { good: 7 }, faults: { "other-language": 1 } }, "another language"],
  [{ verdicts: { good: 15 }, faults: { "copies-demonstration": 1 } }, "copied a demonstration"],
] as const)("%o is bad", (change, words) => {
  expect(hintsFor([{ traits: traits(change), rows: 3 }])).toEqual([expect.stringContaining(words)]);
});
