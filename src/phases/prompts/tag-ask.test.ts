import { expect, test } from "vitest";
import type { Example } from "../../records/example.ts";
import { standardTags } from "../../records/system-message/tag-set.ts";
import { askSentences, nothingAsked, tagAsk } from "./tag-ask.ts";

const rows: readonly Example[] = Array.from({ length: 2_000 }, (_, index) => ({
  id: String(index),
  line: index + 1,
  columns: {},
  messages: [
    { role: "user", content: `Question ${index}` },
    { role: "assistant", content: "Answer" },
  ],
}));
const asked = (share: number, seed?: number): number[] =>
  rows.flatMap((row, index) => (tagAsk(row, { Tool: share }, seed).include.length > 0 ? [index] : []));

test("as many rows are asked as are wanted, and a larger share asks more rows beside the same", () => {
  const [few, more] = [asked(0.2), asked(0.3)];
  expect(few.length / rows.length).toBeCloseTo(0.2, 1);
  expect(more.length / rows.length).toBeCloseTo(0.3, 1);
  expect(more).toEqual(expect.arrayContaining(few));
  expect([asked(0).length, asked(1).length]).toEqual([0, rows.length]);
});

test("the draw is the conversation's and the seed's, whatever the row's id and line are", () => {
  const [row] = rows;
  if (row === undefined) throw new Error("no row");
  const shares = { Tool: 0.5, Role: 0.5, Style: 0.5 };
  expect(tagAsk({ ...row, id: "other", line: 9, columns: { a: 1 } }, shares, 7)).toEqual(tagAsk(row, shares, 7));
  expect(asked(0.5, 1)).not.toEqual(asked(0.5, 2));
});

test("tags are drawn apart from each other", () => {
  const both = rows.filter((row) => tagAsk(row, { Tool: 0.5, Role: 0.5 }, undefined).include.length === 2);
  expect(both.length / rows.length).toBeCloseTo(0.25, 1);
});

test("what is asked for is said with the tag's meaning, and nothing where nothing is wanted", () => {
  expect(askSentences({ include: ["Tool"], avoid: ["Role", "Style", "Task"] }, standardTags)).toBe(
    " Include a Tool phrase (a method or tool that it is to use) that suits this conversation. Use no Role, Style or Task phrase.",
  );
  expect(rows.slice(0, 1).map((row) => tagAsk(row, {}, 1))).toEqual([nothingAsked]);
  expect(askSentences(nothingAsked, standardTags)).toBe("");
});
