import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { parseSplit, sideOf } from "./split.ts";

describe("parseSplit", () => {
  test("reads names and shares in order", () => {
    expect(parseSplit("train=0.9, validation=.05,test=0.05")).toEqual([
      { name: "train", share: 0.9 },
      { name: "validation", share: 0.05 },
      { name: "test", share: 0.05 },
    ]);
    expect(parseSplit("train=1")).toEqual([{ name: "train", share: 1 }]);
    expect(parseSplit("a=0.3333333,b=0.3333333,c=0.3333333")).toHaveLength(3);
  });

  test.each([
    ["", 'Found ""'],
    ["train", 'Found "train"'],
    ["train=0.9,", 'Found ""'],
    ["train=-1,b=2", 'Found "train=-1"'],
    ["train=0,b=1", 'Found a share of 0 for "train"'],
    ["train=0.9,validation=0.2", "Found a sum of 1.1"],
    ["train=0.5,Train=0.5", 'Found "Train" twice'],
    ["my-set=1", 'Found "my-set=1"'],
    ["a=1e0", 'Found "a=1e0"'],
  ])("refuses %j", (text, found) => {
    expect(() => parseSplit(text)).toThrow(UsageError);
    expect(() => parseSplit(text)).toThrow(found);
  });
});

describe("sideOf", () => {
  const sides = parseSplit("train=0.9,validation=0.05,test=0.05");

  test("is what it was in earlier versions", () => {
    const ids = ["1", "2", "row-17", "질문", "", "a", "b", "c", "d", "e", "f", "g"];
    expect(ids.map((id) => sideOf(sides, id))).toMatchInlineSnapshot(`
      [
        "train",
        "train",
        "train",
        "train",
        "train",
        "train",
        "train",
        "train",
        "train",
        "train",
        "train",
        "train",
      ]
    `);
  });

  test("gives each side its share", () => {
    const counts = new Map<string, number>();
    for (let id = 0; id < 20_000; id++) {
      const side = sideOf(sides, String(id));
      counts.set(side, (counts.get(side) ?? 0) + 1);
    }
    expect((counts.get("train") ?? 0) / 20_000).toBeCloseTo(0.9, 1);
    expect((counts.get("validation") ?? 0) / 20_000).toBeCloseTo(0.05, 2);
  });

  test("moves no row that stays inside the first side's share when the share grows", () => {
    const grown = parseSplit("train=0.95,validation=0.05");
    fc.assert(fc.property(fc.string(), (id) => sideOf(sides, id) !== "train" || sideOf(grown, id) === "train"));
  });
});
