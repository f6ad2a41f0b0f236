import { expect, test } from "vitest";
import { hang, unbroken, wrapText } from "./wrap-text.ts";

test("a line that is too long is broken at words, below its first word or where the value begins", () => {
  expect(wrapText("  one two three four", 12)).toBe("  one two\n  three four");
  expect(wrapText(`  name  ${hang}one two three`, 16)).toBe("  name  one two\n        three");
  expect(wrapText(`short ${hang}line\n  one two three four`, 12)).toBe("short line\n  one two\n  three four");
});

test("a label that fills half of the line is alone on it", () =>
  expect(wrapText(`  a long label  ${hang}one two three`, 20)).toBe("  a long label\n    one two three"));

test("colours go on over a break, and take no room", () => {
  const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
  expect(wrapText(red("one two three"), 13)).toBe(red("one two three"));
  expect(wrapText(red("one two three"), 8)).toBe(red("one two\nthree"));
  expect(wrapText(red("  one two three"), 10)).toBe(red("  one two\n  three"));
  expect(wrapText(`- ${hang}${red("one two three")}`, 10)).toBe(`- ${red("one two")}\n  ${red("three")}`);
});

test("paths and commands are never broken", () => {
  expect(wrapText("see /a/path/longer/than/the/line now", 12)).toBe("see\n/a/path/longer/than/the/line\nnow");
  expect(wrapText(`  run  ${hang}${unbroken("sysgen run rows.jsonl --out x")}`, 20)).toBe("  run\n    sysgen run rows.jsonl --out x");
});

test("text without spaces between words is broken where the line ends, by its width", () => {
  const lines = wrapText("  시스템메시지를생성하는프로그램입니다", 16).split("\n");
  expect(lines).toEqual(["  시스템메시지를", "  생성하는프로그", "  램입니다"]);
});

test("where there is no terminal, lines are as they are, without marks", () =>
  expect(wrapText(`  a  ${hang}${unbroken("b c")} ${"d ".repeat(99)}`, undefined)).toBe(`  a  b c ${"d ".repeat(99)}`));
