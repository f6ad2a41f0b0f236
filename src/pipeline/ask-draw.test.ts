import { expect, test } from "vitest";
import { ModelError } from "../errors.ts";
import { RowDropped } from "../phases/row-dropped.ts";
import { askDraw } from "./ask-draw.ts";

const busy = new ModelError("server", "busy", { retryable: true });

/** Asks about rows of which some meet an error. */
const asked = (rows: number, errors: Readonly<Record<number, Error>>): Promise<number[]> =>
  askDraw([...Array.from({ length: rows }).keys()], async (row) => {
    const error = errors[row];
    if (error !== undefined) throw error;
    return row;
  });

test("rows that lost their phrases or do not fit are left out, however many they are", async () => {
  const lost = new RowDropped("filter", "no-phrase-left", "", []);
  const tooLong = new ModelError("context-overflow", "too long");
  expect(await asked(5, { 0: lost, 1: lost, 2: tooLong, 4: tooLong })).toEqual([3]);
});

test("rows whose calls fail are left out while they are fewer than half", async () => {
  expect(await asked(5, { 1: busy, 3: busy })).toEqual([0, 2, 4]);
  await expect(asked(5, { 1: busy, 2: busy, 3: busy })).rejects.toBe(busy);
  await expect(asked(4, { 0: busy, 1: busy })).rejects.toBe(busy);
});

test("what every call would meet, and what is no model's error, ends the asking at once", async () => {
  const wrongKey = new ModelError("auth", "wrong key", { stops: "always" });
  await expect(asked(9, { 4: wrongKey })).rejects.toBe(wrongKey);
  const broken = new TypeError("no");
  await expect(asked(9, { 4: broken })).rejects.toBe(broken);
});

test("a row about which nothing is known is left out", async () => {
  expect(await askDraw([1, 2, 3], async (row) => (row === 2 ? undefined : row))).toEqual([1, 3]);
});
