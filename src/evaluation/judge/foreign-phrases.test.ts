import { describe, expect, test } from "vitest";
import { subject } from "../../../test/fixtures/judged-subject.ts";
import type { DrawnRows } from "./draw-rows.ts";
import { withForeignPhrases, type RowToJudge } from "./foreign-phrases.ts";
import type { Subject } from "./subject.ts";

function subjectOf(id: string, phrase = `Tell of ${id}.`, source = ""): Subject {
  return { ...subject, id, source, phrases: [...subject.phrases, { tag: "Task", text: phrase }] };
}

function drawnRows(subjects: readonly Subject[]): DrawnRows {
  return {
    done: subjects.length,
    drawn: subjects.length,
    async *subjects() {
      for (const [index, each] of subjects.entries()) yield await Promise.resolve({ subject: each, index });
    },
  };
}

async function read(subjects: readonly Subject[], size = 4): Promise<RowToJudge[]> {
  const rows: RowToJudge[] = [];
  for await (const row of withForeignPhrases(drawnRows(subjects), { seed: 0, size })) rows.push(row);
  return rows;
}

/** The foreign phrases by the row's id. */
function foreignIn(rows: readonly RowToJudge[]): Record<string, string[]> {
  const asked = rows.filter(({ foreign }) => foreign.length > 0);
  return Object.fromEntries(asked.map((row) => [row.subject.id, row.foreign.map(({ text }) => text)]));
}

const ids = Array.from({ length: 20 }, (_, index) => `r${index}`);

describe("rows whose responses are asked about with another row's phrases", () => {
  test("come first, each with what only the other message holds; all rows come once, with their places", async () => {
    const rows = await read(ids.map((id) => subjectOf(id)));
    const drawn = rows.slice(0, 4).map(({ subject: { id } }) => id);
    const foreign = foreignIn(rows);
    expect(Object.keys(foreign)).toEqual(drawn);
    expect(Object.values(foreign).flat()).toEqual([...drawn.slice(1), ...drawn.slice(0, 1)].map((id) => `Tell of ${id}.`));
    expect(rows.toSorted((a, b) => a.index - b.index).map(({ subject: { id } }) => id)).toEqual(ids);
  });

  test("are the same in another order of the input and in a smaller sample that holds them", async () => {
    const rows = await read(ids.map((id) => subjectOf(id)));
    const foreign = foreignIn(rows);
    expect(foreignIn(await read(ids.toReversed().map((id) => subjectOf(id))))).toEqual(foreign);
    const smaller = ids.filter((id) => id in foreign || Number(id.slice(1)) % 2 === 0);
    expect(foreignIn(await read(smaller.map((id) => subjectOf(id))))).toEqual(foreign);
  });

  test("get phrases of their own source, if it has another row", async () => {
    const rows = await read(
      ids.slice(0, 4).map((id, index) => subjectOf(id, `Tell of ${index % 2}, ${id}.`, `source ${index % 2}`)),
      4,
    );
    for (const { subject: row, foreign } of rows) expect(foreign[0]?.text).toMatch(`of ${row.source.slice(-1)},`);
  });

  test("are none where all messages say the same", async () => {
    const rows = await read(ids.map((id, index) => subjectOf(id, index % 2 === 0 ? "Tell all." : "tell  ALL")));
    expect(rows).toHaveLength(20);
    expect(foreignIn(rows)).toEqual({});
  });

  test("are none in a judging that asks about no phrases", async () => {
    const rows = await read(
      ids.map((id) => subjectOf(id)),
      0,
    );
    expect(rows.map(({ index }) => index)).toEqual(ids.map((_, index) => index));
    expect(foreignIn(rows)).toEqual({});
  });
});
