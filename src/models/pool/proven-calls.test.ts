import { describe, expect, test } from "vitest";
import { ProvenCalls } from "./proven-calls.ts";

describe("the proven calls of a pool", () => {
  const [first, second] = [{}, {}];

  test("only one endpoint at a time goes beyond what is proven, and the others follow when it was not refused", () => {
    let nowMs = 1_000;
    const proven = new ProvenCalls(32, () => nowMs);
    proven.began(first, 32);
    expect(proven.readyAtMs(second, 32)).toBe(0);
    proven.began(first, 33);
    proven.began(first, 40);
    expect(proven.readyAtMs(first, 40)).toBe(0);
    expect(proven.readyAtMs(second, 31)).toBe(0);
    expect(proven.readyAtMs(second, 32)).toBe(1_250);
    nowMs = 1_250;
    expect([proven.readyAtMs(second, 39), proven.calls]).toEqual([0, 40]);
  });

  test("a reply proves its number of calls at once, and a refusal leaves the trial to the next endpoint", () => {
    const proven = new ProvenCalls(32, () => 0);
    proven.began(first, 36);
    proven.replied(34);
    expect([proven.readyAtMs(second, 33), proven.calls]).toEqual([0, 34]);
    proven.began(first, 36);
    proven.failed(second);
    expect(proven.readyAtMs(second, 34)).toBeGreaterThan(0);
    proven.failed(first);
    expect([proven.readyAtMs(second, 34), proven.calls]).toEqual([0, 34]);
  });
});
