import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { priceOf } from "../src/models/spending/prices.ts";
import { catalog } from "../src/models/weights/catalog.ts";

// The figures of docs/costs.md and docs/which-model.md that come from tables of the package.

const priced = [...readFileSync("docs/costs.md", "utf8").matchAll(/^\| `(.+?)` +\| (\S+) +\| \$([\d.]+), \$([\d.]+) +\|/gm)];
const sized = [...readFileSync("docs/which-model.md", "utf8").matchAll(/^\| `(.+?)` +\| ([\d.]+) GB +\| ([\d.]+) GB +\|/gm)];

test("the tables are read", () => {
  expect([priced.length, sized.length]).toEqual([9, 7]);
});

test.each(priced)("%s: the price table still says so", async (_, model = "", address = "", input = "", output = "") => {
  const price = await priceOf(model, [`https://${address}`], {});
  expect([price?.inputPerMillion, price?.outputPerMillion]).toEqual([Number(input), Number(output)]);
});

test.each(sized)("%s: the catalog still says so", (_, name, file, memory) => {
  const model = catalog.find((each) => each.name === name);
  expect([((model?.bytes ?? 0) / 1e9).toFixed(1), model?.memoryGB]).toEqual([file, Number(memory)]);
});
