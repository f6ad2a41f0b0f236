import { expect, test } from "vitest";
import { rowCounts } from "./counts.ts";
import { hintsOf, type Hint } from "./hints.ts";
import { tallyTraits, type Traits } from "./tally.ts";
import { tags } from "../records/system-message/phrase.ts";

const traits = (change: Partial<Traits>): string =>
  JSON.stringify({ tags: {}, verdicts: {}, faults: {}, repairs: {}, gates: {}, responses: "new", ...change });

function hintsFor(counted: readonly { traits: string; rows: number }[]): string[] {
  const tally = tallyTraits(counted, tags);
  const done = counted.reduce((sum, { rows }) => sum + rows, 0);
  return shown(hintsOf({ rows: rowCounts({ done, dropped: 0, failed: 0 }, tally), rejected: [] }, tally));
}

function shown(hints: readonly Hint[]): string[] {
  return hints.map(({ what, cure }) => `${what} ${cure}`);
}

/** The hints of a run of 100 rows, some of which ended so. */
function hintsOfRejected(...rejected: (readonly ["dropped" | "failed", reason: string, rows: number])[]): string[] {
  const endedAs = (wanted: string): number => rejected.reduce((sum, [outcome, , rows]) => sum + (outcome === wanted ? rows : 0), 0);
  const [dropped, failed] = [endedAs("dropped"), endedAs("failed")];
  const tally = tallyTraits([], tags);
  const counts = rejected.map(([outcome, reason, rows]) => ({ outcome, phase: "generate", reason, rows }));
  return shown(hintsOf({ rows: rowCounts({ done: 100 - dropped - failed, dropped, failed }, tally), rejected: counts }, tally));
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

test("rows in which nothing was to be written are not to be tried anew", () => {
  expect(hintsFor([{ traits: traits({ responses: "original" }), rows: 3 }])).toEqual([
    expect.stringMatching(/3 rows of 3 \(100\.0%\) keep.*Why: nothing to write anew.*--kept-original include/),
  ]);
});

test("responses that are written again and again have a hint, unless originals are kept for it", () => {
  const again = (change: Partial<Traits>) => ({ traits: traits({ gates: { "truncated: retried": 1 }, ...change }), rows: 4 });
  expect(hintsFor([again({})])).toEqual([
    "The gate truncated had 4 responses written again, in 4 rows, and each costs a call. To have fewer of them, raise respond.maxOutputTokens.",
  ]);
  expect(hintsFor([again({}), { ...good, rows: 4 }])).toEqual([]);
  expect(hintsFor([again({ responses: "original", gates: { "truncated: retried": 2, "truncated: kept-original": 1 } })])).toEqual([
    expect.stringContaining("4 rows of 4 (100.0%) keep"),
  ]);
});

test("failed rows are named with the kinds of errors, and those that were not tried", () => {
  expect(hintsOfRejected(["failed", "timeout", 10])).toEqual([]);
  expect(hintsOfRejected(["failed", "not-tried", 60], ["failed", "timeout", 5], ["failed", "server", 2])).toEqual([
    "67 rows of 100 (67.0%) failed: not tried 60, timeout 5, server 2. Raise --timeout or lower --concurrency, and run the same command again.",
  ]);
  expect(hintsOfRejected(["failed", "auth", 30])[0]).toContain("Mend what rejected.jsonl says");
});

test.each([
  ["no-phrase-left", "the filter left no phrase", "--constrain"],
  ["foreign-message", "the judge took the whole message for another row's", "--judge-model"],
  ["no-good-phrase", "the judge called no phrase Good", "--judge-model"],
  ["verdict-unparsed", "the judge's answer could not be read", "--judge-model"],
  ["too-long", "no room for it in the model's context", "contextSize"],
  ["has-system-message", "a system message is there already", "--existing-system replace"],
  ["gate-truncated", "the new response was cut off at the token limit", "Raise respond.maxOutputTokens."],
] as const)("many rows that are dropped for %s have a hint", (reason, words, cure) => {
  const [hint, ...others] = hintsOfRejected(["dropped", reason, 11]);
  expect(others).toEqual([]);
  expect(hint).toContain(`11 rows of 100 (11.0%) were dropped (${reason}): ${words}`);
  expect(hint).toContain(cure);
  expect(hintsOfRejected(["dropped", reason, 10])).toEqual([]);
});

test("rows that are dropped for what they are have none", () => expect(hintsOfRejected(["dropped", "turn-order", 50])).toEqual([]));

test("rows of older versions count by what their gates did, and rows with nothing new count as kept", () => {
  const older = { traits: JSON.stringify({ gates: { "leak: kept-original": 1 } }), rows: 30 };
  const untouched = { traits: traits({ responses: "original" }), rows: 10 };
  expect(tallyTraits([older, untouched, good], tags)).toMatchObject({
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
