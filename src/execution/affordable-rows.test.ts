import { expect, test } from "vitest";
import { leftOf, nothing, type BudgetLimits, type Spending } from "../models/spending/budget.ts";
import { affordableRows } from "./affordable-rows.ts";

function budgeted(limits: BudgetLimits) {
  let [spent, ended]: [Spending, number] = [nothing, 0];
  const affordable = affordableRows({
    left: () => leftOf(limits, spent),
    expected: { calls: 15, tokens: 1, cost: 1 },
    ended: () => ended,
  });
  return (calls: number, rows: number): number => {
    [spent, ended] = [{ ...nothing, calls }, rows];
    return affordable();
  };
}

test("rows are begun by what a row is expected to use, and then by what rows have used", () => {
  const affordable = budgeted({ maxCalls: 100 });
  expect(affordable(0, 0)).toBe(6);
  expect(affordable(40, 2)).toBe(3);
  expect(affordable(95, 19)).toBe(1);
  expect(affordable(100, 20)).toBe(0);
});

test("without a limit any number may be begun", () => {
  const affordable = budgeted({});
  expect([affordable(0, 0), affordable(5, 1)]).toEqual([Infinity, Infinity]);
});
