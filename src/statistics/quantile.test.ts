import { expect, test } from "vitest";
import { quantile } from "./quantile.ts";

test("quantiles lie between the nearest values", () => {
  expect([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 3, 10], share))).toEqual([1, 1.75, 2.5, 10]);
  expect(quantile([], 0.5)).toBeUndefined();
});
