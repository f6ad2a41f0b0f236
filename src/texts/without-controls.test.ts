import { expect, test } from "vitest";
import { withoutControls } from "./without-controls.ts";

test.each([
  ["colours", "no \u001b[31mRED\u001b[0m key", "no RED key"],
  ["a window's title", "a\u001b]0;PWNED\u0007b", "a]0;PWNEDb"],
  ["the clipboard, unterminated", "a\u001b]52;c;ZXZpbA==\nthe next line", "a]52;c;ZXZpbA==\nthe next line"],
  ["a link", "\u001b]8;;http://evil.example\u001b\\here\u001b]8;;\u001b\\", "]8;;http://evil.example\\here]8;;\\"],
  ["a cleared screen and a cursor", "a\u001b[2J\u001b[1;1Hb\rc\bd", "a[2J[1;1Hbcd"],
  ["C1 in one character", "a\u009b31mb\u0085c\u0090d\u009c", "a31mbcd"],
  ["an override of direction", "invoice\u202Egpj.exe\u2066x\u2069", "invoicegpj.exex"],
  ["delete and zero", "a\u007fb\u0000c", "abc"],
])("%s", (_, text, plain) => expect(withoutControls(text)).toBe(plain));

test("lines, tabs, marks of direction and every other script stay", () => {
  const text = "a\tb\nשלום\u200f 👩‍👩‍👧 é 中文";
  expect(withoutControls(text)).toBe(text);
});
