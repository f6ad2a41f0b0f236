import { expect, test } from "vitest";
import { repeatsItself, sharedRun } from "./word-overlap.ts";

test("a run of words that two texts share, case and punctuation aside", () => {
  expect(sharedRun("Walk along the river, until the mill.", "First walk along the River until the mill stands there", 6)).toBe(true);
  expect(sharedRun("Walk along the river.", "Walk along a river.", 4)).toBe(false);
  expect(sharedRun("walk along the river", "walk along the river", 5)).toBe(false);
  expect(sharedRun("沿着河一直走到磨坊", "请沿着河一直走到磨坊去", 8)).toBe(true);
});

test("what a third text holds too does not count", () => {
  expect(sharedRun("the sum of two even numbers", "the sum of two even numbers", 4, "What is the sum of two even numbers?")).toBe(false);
});

test("a phrase that goes round in circles", () => {
  expect(repeatsItself("You can use it. You can use it. You can use it.")).toBe(true);
  expect(repeatsItself("You can use it. You can use that. You may use it well.")).toBe(false);
});

test("words are the same in a text that is all ASCII and in one that is not", () => {
  expect(sharedRun("Walk 10 miles along THE river", "Café: walk 10 miles, along the river", 6)).toBe(true);
  expect(sharedRun("Walk\u001210 miles along", "walk 10 miles along – so", 4)).toBe(true);
});
