import { expect, test } from "vitest";
import { timesAffordable } from "./affordable.ts";
import { leftOf, nothing } from "./budget.ts";

test("the limit that is met first decides", () => {
  const row = { calls: 3, tokens: 1_000, cost: 0.01 };
  expect(timesAffordable(leftOf({ maxCalls: 20 }, nothing), row)).toBe(6);
  expect(timesAffordable(leftOf({ maxCalls: 20, maxTokens: 2_500 }, nothing), row)).toBe(2);
  expect(timesAffordable(leftOf({ maxCost: 0.05 }, { calls: 1, tokens: 1, cost: 0.02 }), row)).toBe(3);
  expect(timesAffordable(leftOf({}, nothing), row)).toBe(Infinity);
  expect(timesAffordable(leftOf({ maxCalls: 2 }, { calls: 5, tokens: 0, cost: 0 }), row)).toBe(0);
  expect(timesAffordable(leftOf({ maxCost: 1 }, nothing), { ...row, cost: 0 })).toBe(Infinity);
});
