import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askerOf, loadFrom } from "../../../test/fixtures/scripted-asker.ts";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import type { Scored } from "../benchmarks/benchmark.ts";
import { multifacet } from "./multifacet.ts";
import { sourceGroupOf } from "./source-groups.ts";

let folder: Folder;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => folder[Symbol.asyncDispose]());

const rubric = (criteria: string) => ({ criteria, score_descriptions: { "1": "bad", "5": "good" } });
const rubrics = ["vivid", "informed", "insightful", "harmless"].map(rubric);
const hubRow = {
  source: "Alpha-nlg (art)",
  system: "You are a narrator.",
  prompt: "Tell of a dog.",
  reference_answer: "A dog ran.",
  rubrics,
};
/** As in a table of both spellings. */
const olderRow = {
  id: null,
  source: null,
  system: null,
  prompt: null,
  rubrics: null,
  preference_set: null,
  main_source: "koala",
  system_prompt: "Be kind.",
  user_prompt: "Hello",
  reference_answer: "Hi",
  rubric: rubrics,
};

async function scoredBy(
  judge: (text: string) => string,
  judgeRuns = 1,
): Promise<{ scored: Scored[]; value: (name: string) => number | null | undefined }> {
  const path = join(folder.path, "rows.jsonl");
  await writeFile(path, [hubRow, olderRow].map((row) => JSON.stringify(row)).join("\n"));
  const { walks, figures } = await multifacet.load(loadFrom(path));
  const asker = askerOf({
    answer: ([system, user]) => `${system?.content} ${user?.content}`,
    judge: (messages) => judge(messages.at(-1)?.content ?? ""),
    judgeRuns,
  });
  const scored = await Promise.all(walks.map(({ take }) => take(asker)));
  const all = figures(scored, { draws: 100, seed: 0 });
  return { scored, value: (name) => all.find((figure) => figure.name === name)?.value };
}

test("both spellings of the rows, a mark by each rubric, and figures by source and dimension", async () => {
  const { scored, value } = await scoredBy((text) => `Feedback: fine [RESULT] ${text.includes("vivid") ? 2 : 4}`);
  expect(scored.map(({ group, scores }) => [group, scores["mark"]])).toEqual([
    ["FLASK", 3.5],
    ["Koala", 3.5],
  ]);
  expect(value("mark")).toBe(3.5);
  expect(value("dimension:style")).toBe(2);
  expect(value("dimension:harmlessness")).toBe(4);
  expect(value("source:Koala")).toBe(3.5);
  expect(value("source:AlpacaEval")).toBeUndefined();
});

test("a reply without a mark is asked for again, and then counted and no mark", async () => {
  const asked: string[] = [];
  const { scored, value } = await scoredBy((text) => {
    if (!text.includes("vivid")) return "[RESULT] 4";
    asked.push(text);
    return "I cannot say. Score: 9";
  });
  expect(asked).toHaveLength(2 * 3);
  expect(scored[0]?.scores["mark"]).toBe(4);
  expect(value("mark-at-worst")).toBe((1 + 3 * 4) / 4);
  expect(value("mark-at-best")).toBe((5 + 3 * 4) / 4);
  expect(value("mark-janus")).toBe((9 + 3 * 4) / 4);
});

test("several runs of the judge have a figure each", async () => {
  let asked = 0;
  const { value } = await scoredBy(() => `[RESULT] ${1 + (asked++ % 2)}`, 2);
  expect(value("run:1")).toBe(1);
  expect(value("run:2")).toBe(2);
  expect(value("mark")).toBe(1.5);
});

test("a row that is none of the benchmark's is an error with its line", async () => {
  const path = join(folder.path, "other.jsonl");
  await writeFile(path, `${JSON.stringify(hubRow)}\n${JSON.stringify({ ...hubRow, rubrics: undefined })}\n`);
  await expect(multifacet.load(loadFrom(path))).rejects.toThrow(/other\.jsonl:2.*rubrics/);
});

test.each([
  ["mt_bench", "MT-Bench"],
  ["helpful_base", "AlpacaEval"],
  ["selfinstruct", "Self-Instruct"],
  ["Bigbench: physics", "FLASK"],
  ["something new", "unmapped"],
])("source %s is of %s", (source, group) => expect(sourceGroupOf(source)).toBe(group));
