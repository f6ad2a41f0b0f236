import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MinHash } from "./min-hash.ts";
import { NearDuplicates } from "./near-duplicates.ts";

function clustersOf(texts: readonly string[]): number[] {
  const found = new NearDuplicates();
  for (const text of texts) found.add(text);
  return [...found.clusters()];
}

/** Pseudo-random words, the same in each run. */
function words(count: number, seed: number, from = 5000): string[] {
  let state = seed * 2_654_435_761 + 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return `w${Math.floor((state / 2 ** 32) * from)}`;
  });
}

/**
 * Two texts whose sets of shingles have the given Jaccard similarity, give or take 0.01. They begin
 * alike and end differently.
 */
function similar(jaccard: number, seed: number): [string, string] {
  const common = words(200, seed, 1e9);
  const own = Math.round((198 / jaccard - 198) / 2);
  const end = (side: number): string => [...common, ...words(own, seed * 10 + side, 1e9)].join(" ");
  return [end(1), end(2)];
}

test("one word of 60 changed keeps a text with the original", () => {
  const original = words(60, 1);
  const changed = original.with(30, "other");
  expect(clustersOf([words(60, 2).join(" "), original.join(" "), changed.join(" "), words(60, 3).join(" ")])).toEqual([0, 1, 1, 3]);
});

test.each([
  ["identical", "What is 2 + 2?", "What is 2 + 2?"],
  ["punctuation and case", "What is 2 + 2?", "what is “2” + 2"],
  ["width", "Ｗhat is ２ + 2", "what is 2 2"],
  ["empty", "", ""],
  ["blank", "  ", ""],
  ["only signs", "?!", "?!"],
  ["accents in either form", "caf\u00e9 au lait", "cafe\u0301 au lait"],
  [
    "Korean, one syllable of many",
    "대한민국의 수도는 어디이며 그 도시의 인구는 얼마나 됩니까",
    "대한민국의 수도는 어디이며 그 도시의 인구는 얼마나 됩니다",
  ],
  [
    "Chinese, one character of many",
    "请用简单的语言向小学生解释一下什么是光合作用以及它为什么重要",
    "请用简单的语言向小学生解释一下什么是光合作用以及它为什么重大",
  ],
])("together: %s", (_, one, other) => expect(clustersOf([one, other])).toEqual([0, 0]));

test.each([
  ["another number", "What is 2 + 2?", "What is 2 + 3?"],
  ["a word more in a short text", "Hello", "Hello there"],
  ["other signs", "?!", "..."],
  ["nothing and something", "", "yes"],
  ["other Chinese", "请解释光合作用", "今天天气怎么样"],
  ["characters beyond the basic plane", "𠀀𠀁𠀂𠀃", "𠀄𠀅𠀆𠀇"],
])("apart: %s", (_, one, other) => expect(clustersOf([one, other])).toEqual([0, 1]));

describe("texts of known similarity", () => {
  const joined = (jaccard: number): number =>
    Array.from({ length: 200 }, (_, seed) => clustersOf(similar(jaccard, seed + 1))[1] === 0).filter(Boolean).length / 200;
  test("0.8 and more are together", () => {
    expect(joined(0.9)).toBe(1);
    expect(joined(0.8)).toBeGreaterThanOrEqual(0.98);
  });
  test("0.5 and less are apart", () => {
    expect(joined(0.5)).toBeLessThanOrEqual(0.01);
    expect(joined(0.3)).toBe(0);
  });
});

test("signatures estimate the Jaccard similarity", () => {
  const minHash = new MinHash(126);
  const errors = Array.from({ length: 200 }, (_, seed) => {
    const signatures = similar(0.6, seed + 1).map((text) => {
      const signature = new Int32Array(126);
      minHash.sign(text, signature, 0);
      return signature;
    });
    return (signatures[0]?.filter((value, place) => value === signatures[1]?.[place]).length ?? 0) / 126 - 0.6;
  });
  const mean = errors.reduce((sum, error) => sum + error) / errors.length;
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length);
  expect(Math.abs(mean)).toBeLessThan(0.015);
  expect(deviation).toBeLessThan(1.3 * Math.sqrt((0.6 * 0.4) / 126));
});

test("groups do not hang on the order of the rows", () => {
  const base = words(40, 7);
  const variant = fc.array(fc.tuple(fc.nat(39), fc.constantFrom("x", "y", "z")), { maxLength: 6 }).map((changes) => {
    let text = base;
    for (const [place, word] of changes) text = text.with(place, word);
    return text.join(" ");
  });
  const sets = (texts: readonly string[], order: readonly number[]): string[] => {
    const groups = new Map<number, number[]>();
    clustersOf(order.map((row) => texts[row] ?? "")).forEach((root, place) => {
      groups.set(root, [...(groups.get(root) ?? []), order[place] ?? 0]);
    });
    return [...groups.values()].map((rows) => rows.toSorted((a, b) => a - b).join(" ")).toSorted();
  };
  const texts = fc.array(fc.oneof(variant, fc.string()), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(texts, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (texts, keys) => {
      const rows = texts.map((_, row) => row);
      const shuffled = rows
        .map((row) => ({ row, key: keys.next().value }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ row }) => row);
      expect(sets(texts, shuffled)).toEqual(sets(texts, rows));
    }),
    { numRuns: 50 },
  );
});

test("a group stands under its smallest row", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a b c d", "e f g h", "i j k l", "")), (texts) => {
      expect(clustersOf(texts)).toEqual(texts.map((text) => texts.indexOf(text)));
    }),
  );
});

test("a group larger than what is compared pair by pair stays whole, in any order", () => {
  const base = words(60, 9);
  const texts = Array.from({ length: 1500 }, (_, row) => base.with(row % 60, `n${row}`).join(" "));
  expect(new Set(clustersOf(texts))).toEqual(new Set([0]));
  expect(new Set(clustersOf(texts.toReversed()))).toEqual(new Set([0]));
});

test("no rows", () => expect(clustersOf([])).toEqual([]));
