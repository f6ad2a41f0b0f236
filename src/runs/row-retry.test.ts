import { describe, expect, test } from "vitest";
import type { Manifest } from "./manifest.ts";
import { beginRetry, isMeant, phaseToRetry, refuseUnknownReasons } from "./row-retry.ts";

const manifest = (more: Partial<Manifest>): Manifest => ({ state: "finished", identity: {}, rounds: {}, retrySession: 0, ...more });

test("--retry means dropped rows: all of them, or those of a reason", () => {
  const dropped = { outcome: "dropped", reason: "gate-leak" } as const;
  expect([isMeant("dropped", dropped), isMeant("dropped:gate-leak", dropped), isMeant("dropped:gate-empty", dropped)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(isMeant("dropped", { outcome: "failed", reason: "server" })).toBe(false);
});

test.each([
  ["respond", "gate-leak", "respond"],
  ["verify", "verdict-unparsed", "verify"],
  ["verify", "no-good-phrase", "generate"],
  ["filter", "no-phrase-left", "generate"],
  ["unknown-phase", "too-dull", "generate"],
] as const)("a row that was dropped in %s for %s is tried anew from %s", (phase, reason, from) => {
  expect(phaseToRetry({ digest: "d", outcome: "dropped", phase, reason })).toBe(from);
});

test("a reason that no row was dropped for is refused with those that there are", () => {
  const counts = [
    { outcome: "dropped", phase: "respond", reason: "gate-leak", rows: 2 },
    { outcome: "failed", phase: "respond", reason: "server", rows: 1 },
  ] as const;
  expect(() => refuseUnknownReasons(["dropped", "dropped:gate-leak"], counts)).not.toThrow();
  expect(() => refuseUnknownReasons(["dropped:server"], counts)).toThrow("There are: dropped:gate-leak.");
  expect(() => refuseUnknownReasons(["dropped"], [])).toThrow("None was dropped.");
});

describe("a session of retries", () => {
  test("begins with other words, and goes on with the same ones until its run has ended", () => {
    const first = beginRetry(manifest({ retrySession: 4 }), ["dropped:b", "dropped:a"], 0);
    expect(first).toEqual({ retrying: "dropped:a dropped:b", retrySession: 5 });
    expect(beginRetry(manifest({ ...first }), ["dropped:a", "dropped:b"], 0)).toEqual(first);
    expect(beginRetry(manifest({ ...first }), ["dropped:a"], 0)).toEqual({ retrying: "dropped:a", retrySession: 6 });
    expect(beginRetry(manifest({ ...first, retrying: null }), ["dropped:a", "dropped:b"], 0).retrySession).toBe(6);
  });

  test("is none without --retry", () => {
    expect(beginRetry(manifest({ retrying: "dropped", retrySession: 4 }), [], 9)).toEqual({ retrying: null, retrySession: 4 });
  });

  test("is counted from retries.jsonl where run.json is gone, so that each row is tried anew again", () => {
    expect(beginRetry(undefined, ["dropped"], 7)).toEqual({ retrying: "dropped", retrySession: 8 });
  });
});
