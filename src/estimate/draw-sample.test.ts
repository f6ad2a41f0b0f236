import { expect, test } from "vitest";
import type { DatasetEntry } from "../datasets/index.ts";
import { selectRows } from "../datasets/selection.ts";
import { drawSample } from "./draw-sample.ts";

const { signal } = new AbortController();

async function* rows(count: number): AsyncGenerator<DatasetEntry, void, void> {
  for (let index = 0; index < count; index++) {
    await Promise.resolve();
    yield {
      index,
      row: { line: index + 1, raw: "", value: {} },
      file: undefined,
      id: `r${index}`,
      idIsRepeated: false,
      content: { problem: { reason: "", detail: "" } },
    };
  }
}

test("draws in one pass what --sample draws in two, so that a probe is of rows that the sample holds", async () => {
  for (const [count, size, seed] of [
    [1_000, 50, 0],
    [1_000, 7, 42],
    [30, 200, 1],
  ] as const) {
    const drawn = await drawSample(rows(count), { size, seed, signal });
    const selection = await selectRows({ sample: size, seed }, () => Promise.resolve(count));
    const expected = Array.from({ length: count }, (_, index) => index).filter((index) => selection.includes(index));
    expect(drawn.totalRows).toBe(count);
    expect(drawn.rows.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(expected);
    const smaller = await selectRows({ sample: 5, seed }, () => Promise.resolve(count));
    expect(drawn.rows.slice(0, 5).every(({ index }) => smaller.includes(index))).toBe(true);
  }
});

test("an interruption ends it", async () => {
  await expect(drawSample(rows(10), { size: 5, seed: 0, signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
});
