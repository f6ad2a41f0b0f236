import { expect, test } from "vitest";
import { drawFour } from "./matching.mjs";

const rows = Array.from({ length: 40 }, (_, index) => ({ id: `r${index}`, instruction: `Question ${index % 39}` }));
const draws = (seed, from = rows) => rows.map((own) => drawFour(own, from, seed));

test("a row is matched with three others that ask something else", () => {
  for (const [index, four] of draws(1).entries()) {
    expect(four).toContain(rows[index]);
    expect(new Set(four.map(({ id }) => id)).size).toBe(4);
    expect(four.filter(({ instruction }) => instruction === rows[index].instruction)).toHaveLength(1);
  }
});

test("the draw depends on ids and seed alone", () => {
  expect(draws(1, rows.toReversed())).toEqual(draws(1));
  expect(draws(2)).not.toEqual(draws(1));
});

test("the row's own place is each of the four about as often", () => {
  const places = draws(1).map((four, index) => four.indexOf(rows[index]));
  for (const place of [0, 1, 2, 3]) expect(places.filter((one) => one === place).length).toBeGreaterThanOrEqual(4);
});
