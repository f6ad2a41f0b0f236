import { expect, test } from "vitest";
import { tagShareHints, tagShareInWords, tagSharesOf, type TagShare } from "./tag-shares.ts";
import { tallyTraits, type Traits } from "./tally.ts";
import { tags } from "../records/system-message/phrase.ts";

const traits = (tags: Traits["tags"], askedTags?: string[]): string =>
  JSON.stringify({ tags, verdicts: {}, faults: {}, repairs: {}, gates: {}, responses: "new", ...(askedTags && { askedTags }) });
const tagShares = { Tool: 0.2, Role: 0.5 };
const counted = tallyTraits(
  [
    { traits: traits({ Role: 1, Tool: 2 }, ["Tool"]), rows: 6 },
    { traits: traits({ Role: 1 }, ["Tool", "Role"]), rows: 4 },
    { traits: traits({ Tool: 1 }), rows: 10 },
    { traits: traits({ Task: 1 }), rows: 80 },
  ],
  tags,
);

test("rows that have a tag, and of those that were asked for it the ones that have it", () => {
  expect(tagSharesOf({ config: { tagShares } } as never, counted, { done: 100 })).toEqual([
    { tag: "Tool", wanted: 0.2, rows: 16, share: 0.16, asked: 10, kept: 6 },
    { tag: "Role", wanted: 0.5, rows: 10, share: 0.1, asked: 4, kept: 4 },
  ]);
  expect(tagSharesOf({ config: undefined }, counted, { done: 100 })).toBeUndefined();
});

const share = (change: Partial<TagShare>): TagShare => ({ tag: "Tool", wanted: 0.2, rows: 10, share: 0.1, asked: 20, kept: 10, ...change });

test("what came of a share, in words", () => {
  expect(tagShareInWords(share({}))).toBe("wanted 20.0%, got 10.0% (10 rows); asked of 20 rows, and 10 of them have it");
  expect(tagShareInWords(share({ wanted: 0, asked: 0 }))).toContain("no row was asked");
});

test("a share that is missed by far has a cure: what to want instead where the models can come to it", () => {
  const cures = (of: TagShare, done = 100): string[] => tagShareHints([of], { done }).map(({ cure }) => cure);
  // Half of the asked have it, and none of the others: 40% asked come to 20%.
  expect(cures(share({}))).toEqual([expect.stringContaining("about 40.0% (tagShares.Tool: 0.4)")]);
  expect(cures(share({ kept: 1, rows: 1, share: 0.01 }))).toEqual([expect.stringContaining("Take a larger generator")]);
  expect(cures(share({ share: 0.16, rows: 16 }))).toEqual([]);
  expect(cures(share({}), 40)).toEqual([]);
});
