import { describe, expect, test } from "vitest";
import { strangerOf } from "./stranger.ts";

describe("another item to compare an item with", () => {
  const of = (words: readonly string[], place: number): string | undefined =>
    strangerOf(words, place, { groupOf: (word) => word.charAt(0), isStranger: (word, other) => word !== other });

  test("is the next one of its group, going round", () => {
    expect(of(["a1", "b1", "a2", "a3"], 0)).toBe("a2");
    expect(of(["a1", "b1", "a2"], 2)).toBe("a1");
  });

  test("is the next one of all where the group has no stranger", () => {
    expect(of(["a1", "b1", "a1"], 2)).toBe("b1");
    expect(of(["a1", "b1", "c1"], 1)).toBe("c1");
  });

  test("is none where all are the same", () => {
    expect(of(["a1", "a1"], 0)).toBeUndefined();
    expect(of(["a1"], 0)).toBeUndefined();
  });
});
