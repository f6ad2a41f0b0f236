import { expect, test } from "vitest";
import type { Manifest } from "./manifest.ts";
import { pricesOf, projectedCost } from "./money.ts";

const manifest = (config: object): Manifest => ({
  state: "finished",
  rounds: {},
  retrySession: 0,
  identity: { model: { phase: "generate", value: "a-model" }, judgeModel: { phase: "verify", value: "a-judge" } },
  config: { phases: {}, ...config },
});

test("prices are those of the config, by the models' names", async () => {
  const prices = { "a-model": { input: 1, output: 2 } };
  const known = await pricesOf(manifest({ generator: { baseUrls: ["http://127.0.0.1:1/v1"] }, prices }));
  expect([...known]).toEqual([["a-model", { inputPerMillion: 1, outputPerMillion: 2, source: "prices in the config" }]]);
});

test("a run of another version, and one in process, has no price", async () => {
  expect((await pricesOf(manifest({ generator: "a-model", prices: 3 }))).size).toBe(0);
  expect((await pricesOf(manifest({ generator: { baseUrls: [] } }))).size).toBe(0);
});

test("rows that are to come cost as much each as those that are through", () => {
  expect(projectedCost(3, 30, 100)).toBe(10);
  expect(projectedCost(3, 0, 100)).toBeNull();
});
