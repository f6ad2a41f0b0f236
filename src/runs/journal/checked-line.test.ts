import { expect, test } from "vitest";
import { checkedLine } from "../../../test/fixtures/checked-line.ts";
import { isIntact } from "./checked-line.ts";

test.each<object>([{ text: "plain" }, { text: "Grüße 🙂 \ud800\n\u0000" }, { text: "x".repeat(100_000) }])(
  "a line keeps what it holds, and is intact",
  (value) => {
    const line = checkedLine(value);
    expect(line).toMatch(/^\{"crc":"[0-9a-f]{8}",/);
    expect(JSON.parse(line)).toMatchObject(value);
    expect(isIntact(Buffer.from(line))).toBe(true);
  },
);

test("a line without a checksum is not intact", () => {
  expect(isIntact(Buffer.from('{"text":"plain"}'))).toBe(false);
  expect(isIntact(Buffer.from(""))).toBe(false);
});

test("every bit that is flipped, and every byte that is missing at the end, is noticed", () => {
  const line = Buffer.from(checkedLine({ text: "The answer is 42." }));
  for (let at = 0; at < line.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = Buffer.from(line);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
      expect(isIntact(damaged)).toBe(false);
    }
    if (at >= 16) expect(isIntact(line.subarray(0, at))).toBe(false);
  }
});
