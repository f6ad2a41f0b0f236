import { expect, test } from "vitest";
import { compact, decimal, partOf, share, things } from "./numbers.ts";

test("a share is never said to be none or all when it is neither", () => {
  expect(share(0)).toBe("0.0%");
  expect(share(1)).toBe("100.0%");
  expect(share(0.0001)).toBe("< 0.1%");
  expect(share(0.99999)).toBe("> 99.9%");
  expect(share(0.999, 0)).toBe("> 99%");
  expect(share(0.125)).toBe("12.5%");
});

test("what is not there is a dash", () => {
  expect([decimal(null), share(undefined), partOf(0, 0), decimal(Number.NaN)]).toEqual(["–", "–", "–", "–"]);
});

test("numbers for headlines", () => {
  expect([compact(9_999), compact(45_600), compact(7_890_000), compact(1_234_000_000)]).toEqual(["9,999", "45.6k", "7.89M", "1.23B"]);
  expect([things(1, "row"), things(2_000, "row")]).toEqual(["1 row", "2,000 rows"]);
  expect(decimal(-0.5)).toBe("−0.50");
});
