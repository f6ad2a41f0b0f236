import { expect, test } from "vitest";
import { responseOrigin, rowOrigin } from "./response-origin.ts";

test.each([
  ["all responses are new", { responses: ["new", "new"], gates: [] }, "new"],
  ["one was asked for again", { responses: ["new"], gates: [{ turn: 0, action: "retried" }] }, "new"],
  ["one was caught and its original kept", { responses: ["new", "original"], gates: [{ turn: 1, action: "kept-original" }] }, "original"],
  ["turns before the last are not written anew", { responses: ["original", "new"], gates: [] }, "new"],
  ["none is new", { responses: ["original"], gates: [] }, "original"],
  ["an older version did not say", { gates: [] }, "new"],
  ["an older version kept one", { gates: [{ turn: 1, action: "kept-original" }] }, "original"],
] as const)("a row of which %s", (_name, row, expected) => {
  expect(rowOrigin(row)).toBe(expected);
});

test("a single response is told from the others", () => {
  const row = { responses: ["original", "new", "original"], gates: [{ turn: 2, action: "kept-original" }] };
  expect([0, 1, 2].map((turn) => responseOrigin(row, turn))).toEqual(["original", "new", "original"]);
  expect([0, 2].map((turn) => responseOrigin({ gates: row.gates }, turn))).toEqual(["new", "original"]);
});
