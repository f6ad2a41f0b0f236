import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SysGenError, UsageError } from "../../errors.ts";
import { readPreferences } from "./read-preferences.ts";

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "preferences-"))));
afterAll(() => rm(folder, { recursive: true }));

const judged = (model: string, pair: object) => ({ model, pair, phrases: null });
const verdict = (verdict: string) => ({ verdict, agreement: "consistent", orders: [] });
const line = (id: string, ...judges: object[]) => `${JSON.stringify({ id, lengths: { original: 1, new: 1 }, judges })}\n`;

test("the first judge's verdicts are the preferences, and a question that failed is none", async () => {
  expect(() => readPreferences(folder)).toThrow(UsageError);
  const rows = [
    line("a", judged("m", verdict("new")), judged("n", verdict("original"))),
    line("b", judged("m", verdict("tie"))),
    line("c", judged("m", { failed: "timeout", detail: "no reply" })),
  ];
  await writeFile(join(folder, "judge-rows.jsonl"), rows.join(""));
  expect([...readPreferences(folder)]).toEqual([
    ["a", "new"],
    ["b", "tie"],
  ]);
});

test("a damaged file is an error with its line", async () => {
  await writeFile(join(folder, "judge-rows.jsonl"), `${line("a", judged("m", verdict("new")))}{"id":`);
  expect(() => readPreferences(folder)).toThrow(SysGenError);
  expect(() => readPreferences(folder)).toThrow(/judge-rows.jsonl:2 is no verdict/);
});
