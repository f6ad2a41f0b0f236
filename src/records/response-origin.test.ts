import { expect, test } from "vitest";
import { rowOrigin } from "./response-origin.ts";

test.each([
  ["all responses are new", { responses: ["new", "new"], gates: [] }, "new"],
  ["one was asked for again", { responses: ["new"], gates: [{ action: "retried" }] }, "new"],
  ["one was caught and its original kept", { responses: ["new", "original"], gates: [{ action: "kept-original" }] }, "original"],
  ["turns before the last are not written anew", { responses: ["original", "new"], gates: [] }, "new"],
  ["none is new", { responses: ["original"], gates: [] }, "original"],
  ["an older version did not say", { gates: [] }, "new"],
  ["an older version kept one", { gates: [{ action: "kept-original" }] }, "original"],
] as const)("a row of which %s", (_name, row, expected) => {
  expect(rowOrigin(row)).toBe(expected);
});
