import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { priceOf } from "../src/models/spending/prices.ts";
import { catalog } from "../src/models/weights/catalog.ts";

// The figures of docs/costs.md and docs/which-model.md that come from tables of the package.

// Some prices are lower at night.
beforeAll(() => void vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-02T12:00:00Z") }));
afterAll(() => void vi.useRealTimers());

/** The cells of a page's rows that fit the pattern. */
const cellsOf = (page: string, row: RegExp) =>
  [...readFileSync(page, "utf8").matchAll(row)].map(([, name = "", second = "", third = "", fourth = ""]) => ({
    name,
    second,
    third,
    fourth,
  }));
const priced = cellsOf("docs/costs.md", /^\| `(.+?)` +\| (\S+) +\| \$([\d.]+), \$([\d.]+) +\|/gm);
const sized = cellsOf("docs/which-model.md", /^\| `(.+?)` +\| ([\d.]+) GB +\| ([\d.]+) GB +\|/gm);

test("the tables are read", () => {
  expect([priced.length, sized.length]).toEqual([9, 7]);
});

test.each(priced)("$name: the price table still says so", async ({ name, second: address, third: input, fourth: output }) => {
  const price = await priceOf(name, [`https://${address}`], {});
  expect([price?.inputPerMillion, price?.outputPerMillion]).toEqual([Number(input), Number(output)]);
});

test.each(sized)("$name: the catalog still says so", ({ name, second: file, third: memory }) => {
  const model = catalog.find((each) => each.name === name);
  expect([((model?.bytes ?? 0) / 1e9).toFixed(1), model?.memoryGB]).toEqual([file, Number(memory)]);
});
