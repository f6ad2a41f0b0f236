import { expect, test } from "vitest";
import { areaUnderCurve, tagFigures, verdictFigures } from "./verdict-figures.mjs";

const phrase = (fits, kept, score, tags = {}) => ({ tag: "Role", serves: "Role", tagAfter: "Role", fits, kept, score, ...tags });

test("the area under the curve counts the pairs that are in order, and ties half", () => {
  expect(areaUnderCurve([3, 4], [1, 2])).toBe(1);
  expect(areaUnderCurve([1, 2], [3, 4])).toBe(0);
  expect(areaUnderCurve([0.9, 0.2], [0.5])).toBe(0.5);
  expect(areaUnderCurve([0.5, 0.5], [0.5, 0.1])).toBe(0.75);
  expect(areaUnderCurve([], [1])).toBe(null);
});

test("balanced accuracy is the mean of fitting phrases kept and others removed", () => {
  const judged = [
    phrase(true, true, 0.9),
    phrase(true, true, 0.6),
    phrase(true, true, 0.4),
    phrase(true, false, 0.3),
    phrase(false, false, 0.2),
    phrase(false, true, 0.7),
  ];
  expect(verdictFigures(judged)).toMatchObject({
    phrases: 6,
    fit: 4,
    kept: 4,
    removed: 2,
    fitsKept: 0.75,
    unfitRemoved: 0.5,
    balancedAccuracy: 0.625,
    auc: 5 / 8,
    scored: 6,
  });
});

test("phrases without a score are out of the area, and a judge without scores has none", () => {
  const judged = [phrase(true, true, 0.9), phrase(false, true, 0.1), phrase(false, false, undefined)];
  expect(verdictFigures(judged)).toMatchObject({ auc: 1, scored: 2 });
  expect(verdictFigures(judged.map((one) => ({ ...one, score: undefined })))).toMatchObject({ auc: null, scored: 0 });
});

test("tag fit is told before and after the program's own retagging", () => {
  const judged = [
    phrase(true, true, 1),
    phrase(true, true, 1, { serves: "Style", tagAfter: "Style" }),
    phrase(true, true, 1, { serves: "Action" }),
    phrase(false, false, undefined, { serves: "Tool", tagAfter: undefined }),
  ];
  expect(tagFigures(judged)).toEqual({ before: 1 / 4, after: 2 / 3 });
});
