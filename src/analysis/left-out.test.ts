import { expect, test } from "vitest";
import { leftOut } from "./left-out.ts";

const retried = { turn: 0, action: "retried" };
const kept = { turn: 1, action: "kept-original" };

test("of a conversation, only responses that are new are compared", () => {
  const settings = { lastTurnOnly: false, turns: 3 };
  const row = { responses: ["new", "original", "original"], gates: [retried, kept] };
  expect([0, 1, 2].map((turn) => leftOut(row, turn, settings))).toEqual([undefined, "keptOriginal", "untouched"]);
});

test("a row of an older version, which does not say who wrote its responses", () => {
  const row = { gates: [kept] };
  expect([0, 1].map((turn) => leftOut(row, turn, { lastTurnOnly: false, turns: 2 }))).toEqual([undefined, "keptOriginal"]);
  expect([0, 1].map((turn) => leftOut({ gates: [] }, turn, { lastTurnOnly: true, turns: 2 }))).toEqual(["untouched", undefined]);
});
