import { expect, test } from "vitest";
import { amount, compact, counted, decimal, dollars, duration, partOf, percent, plainDecimal, share, thousands } from "./number-text.ts";

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
  expect([counted(1, "row"), counted(2_000, "row")]).toEqual(["1 row", "2,000 rows"]);
  expect(decimal(-0.5)).toBe("−0.50");
  // The product is 54.949999999999996.
  expect(decimal(100 * 0.5495, 1)).toBe("55.0");
});

test("numbers in plain text", () => {
  expect([thousands(1_234_567), thousands(3.44), thousands(3.04), thousands(12.6)]).toEqual(["1,234,567", "3.4", "3", "13"]);
  expect([plainDecimal(0.12345), plainDecimal(12.345), plainDecimal(1234.5), plainDecimal(null)]).toEqual(["0.123", "12.3", "1,235", "-"]);
  expect([percent(1, 3), percent(23, 80), percent(0, 0)]).toEqual(["33.3%", "28.8%", "-"]);
});

test.each([
  [4.21, "4.2 s", "4 s"],
  [59.4, "59 s", "59 s"],
  [59.5, "1 min 00 s", "1 min 0 s"],
  [127, "2 min 07 s", "2 min 7 s"],
  [11_100, "3 h 05 min", "3 h 5 min"],
])("%d seconds: %s", (seconds, exact, whole) => expect([duration(seconds), duration(seconds, "whole")]).toEqual([exact, whole]));

test.each([
  [1_234_567, 83_000, "1.23M ± 0.08M"],
  [485_300, 3_100, "485k ± 3k"],
  [62_500, 13_140, "62.5k ± 13.1k"],
  [9_999, 12, "9,999 ± 12"],
  [500, 0, "500"],
  [500, 0.2, "500"],
  [4_000, 12_000, "4.0k ± 12.0k"],
  [2_345_678_901, 0, "2.35B"],
  [0, 0, "0"],
])("an amount of %d and a bar of %d: %s", (value, bar, text) => expect(amount({ value, bar })).toBe(text));

test.each([
  [1.234, 0.08, "$1.23 ± 0.08"],
  [1_234.5, 99, "$1,235 ± 99"],
  [0.0034, 0.0002, "$0.0034 ± 0.0002"],
  [0, 0, "$0.00"],
])("%d dollars and a bar of %d: %s", (value, bar, text) => expect(dollars({ value, bar })).toBe(text));
