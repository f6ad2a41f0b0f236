import { expect, test } from "vitest";
import { RowsAtOnce } from "./rows-at-once.ts";

/** Rows at once after each look at an event loop that is at work for these shares of its time. */
function after(most: number, uses: readonly number[]): number[] {
  const left = [...uses];
  const rows = new RowsAtOnce(most, () => left.shift() ?? 0);
  return uses.map(() => {
    rows.adapt();
    return rows.now;
  });
}

test("an event loop with time to spare comes to the most within a third of a second", () => {
  expect(after(328, [0.3, 0.3, 0.3, 0.3, 0.3, 0.3])).toEqual([72, 108, 162, 243, 328, 328]);
});

test("one that is at work all the time gets no more, and goes back to few", () => {
  expect(after(328, [1, 1, 1])).toEqual([48, 48, 48]);
  expect(after(328, [0.5, 0.5, 0.99, 0.99, ...Array.from({ length: 20 }, () => 1)]).at(-1)).toBe(48);
});

test("one with a little time to spare gets as many more as take it up", () => {
  expect(after(328, [0.5, 0.5, 0.5, 0.8])).toEqual([72, 108, 162, Math.floor((162 * 0.97) / 0.8)]);
});

test("one that is nearly at work all the time stays where it is", () => {
  expect(after(328, [0.5, 0.93, 0.95, 0.93])).toEqual([72, 72, 72, 72]);
});

test("never more than the most, and never none", () => {
  expect(after(4, [0, 1, 0])).toEqual([4, 4, 4]);
  expect(new RowsAtOnce(0).now).toBe(1);
});
