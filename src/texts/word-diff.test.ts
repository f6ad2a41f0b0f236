import { expect, test } from "vitest";
import { wordDiff, type DiffPiece } from "./word-diff.ts";

const side = (pieces: readonly DiffPiece[] | undefined, without: DiffPiece["kind"]): string =>
  (pieces ?? [])
    .filter(({ kind }) => kind !== without)
    .map(({ text }) => text)
    .join("");

test("each side of a diff is its text again", () => {
  const before = "The tram holds 84 people, and 46 are on it.\nSo 38 places are free.";
  const after = "The tram holds 84 people. Step by step: 29 + 17 = 46 are on it, so 38 places are free today.";
  const pieces = wordDiff(before, after);
  expect(side(pieces, "added")).toBe(before);
  expect(side(pieces, "removed")).toBe(after);
  expect(pieces?.[0]).toEqual({ text: "The tram holds 84 people", kind: "same" });
});

test("single words that two texts share by chance do not tear a change to pieces", () => {
  const pieces = wordDiff("Begin here. red a blue the green. And then it ends.", "Begin here. one a two the three. And then it ends.");
  expect(pieces?.map(({ kind }) => kind)).toEqual(["same", "removed", "added", "same"]);
});

test("of texts with next to nothing in common it says nothing", () => {
  expect(wordDiff("Betty needs five more dollars.", "To solve this problem, we break it down step by step.")).toBeUndefined();
});
