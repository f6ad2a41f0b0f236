import { expect, test } from "vitest";
import type { ExportedRow } from "./exported-row.ts";
import { divideRows, sharedRows, type DividedRows } from "./held-out.ts";

function row(id: string, question: string): ExportedRow {
  return {
    id,
    turns: [
      { role: "user", content: question },
      { role: "assistant", content: "yes" },
    ],
    systemMessage: "S",
    originalSystemMessage: undefined,
    originalResponses: ["yes"],
    tools: undefined,
    columns: {},
    facts: {
      phrases: [],
      removed: [],
      originalResponses: ["yes"],
      model: "m",
      judgeModel: "m",
      gates: [],
      tokens: { input: 0, output: 0 },
    },
    source: undefined,
  };
}

const ids = (rows: readonly ExportedRow[]): string[] => rows.map(({ id }) => id);

test("runs that lack different rows are trained on the same ones, and on none that is held out in any", () => {
  // Pairs of near-duplicates. Where the one with the smaller id is missing, the other draws anew.
  const all = Array.from({ length: 60 }, (_, at) => {
    const question = `${"xyzuvwklm"[at % 9]}${at} `.repeat(40);
    return [row(`a-${at}`, question), row(`b-${at}`, `${question}!`)];
  }).flat();
  const draw = (found: readonly ExportedRow[]): DividedRows =>
    divideRows(
      {
        *rows() {
          yield* found;
        },
      },
      { share: 0.3, seed: 0 },
    );
  const [one, other] = [draw(all), draw(all.filter(({ id }) => !/^a-.*[036]$/.test(id)))];
  const heldOut = new Set([...ids(one.heldOut), ...ids(other.heldOut)]);
  expect(ids(other.trained).some((id) => heldOut.has(id))).toBe(true);
  const [ofOne, ofOther] = [sharedRows(one, [other]), sharedRows(other, [one])];
  expect(ids(ofOne.trained)).toEqual(ids(ofOther.trained));
  expect(ids(ofOne.heldOut)).toEqual(ids(ofOther.heldOut));
  expect(ids(ofOne.trained).filter((id) => heldOut.has(id))).toEqual([]);
  expect(ofOne.trained.length).toBeGreaterThan(40);
});
