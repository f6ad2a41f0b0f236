import { expect, test } from "vitest";
import { amount, dollars } from "./numbers.ts";

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
