import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeRecorded } from "../../../test/fixtures/lm-eval-recorded.ts";
import { figuresWith, itemsOf } from "./items.ts";
import { readResult, type HarnessResult } from "./read-result.ts";
import { harnessSubstitutes, harnessTaskOf, harnessTasks, type HarnessTask } from "./tasks.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "lm-eval-"))));
afterEach(() => rm(folder, { recursive: true }));

function taskOf(name: string): HarnessTask {
  const task = harnessTaskOf(name);
  if (task === undefined) throw new Error(`no task ${name}`);
  return task;
}

async function resultOf(task: HarnessTask): Promise<HarnessResult> {
  const result = await readResult(folder, task);
  if (result === undefined) throw new Error("no result");
  return result;
}

/** The file of results in the folder. */
async function resultsFile(): Promise<string> {
  return join(folder, (await readdir(folder)).find((name) => name.startsWith("results_")) ?? "");
}

test.each([...harnessTasks, ...harnessSubstitutes])("$name is read from what the harness wrote", async (task) => {
  await writeRecorded(task.task, folder);
  const result = await resultOf(task);
  expect(result.figures.map(({ name }) => name)).toEqual(task.figures.map(({ name }) => name));
  expect(result.figures.every(({ value }) => value !== null)).toBe(true);
  expect(result.versions).toMatchObject({ "lm-eval": "0.4.13", shots: expect.any(String), task: expect.any(String) });
  expect(result.templateSha256 !== undefined).toBe(task.answers === "text");
  const items = await itemsOf(folder, task, result);
  expect(new Set(items.map(({ id }) => id)).size).toBe(result.items);
  const main = task.figures[0].name;
  const values = items.map(({ scores }) => scores[main] ?? Number.NaN);
  expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(result.figures[0]?.value ?? Number.NaN, 12);
});

test("a group counts the items of all its parts, and each item names its part", async () => {
  const mmlu = taskOf("mmlu");
  await writeRecorded("mmlu", folder);
  const result = await resultOf(mmlu);
  expect([result.items, result.of, result.leaves.length]).toEqual([114, 114, 57]);
  const [first] = await itemsOf(folder, mmlu, result);
  expect(first).toMatchObject({ id: "mmlu_abstract_algebra/0", group: "mmlu_abstract_algebra", detail: { target: "0" } });
});

test("the interval is 1.96 standard errors, and Wilson's where the standard error is 0", async () => {
  await writeRecorded("arc_whole", folder);
  const whole = await resultOf(taskOf("arc-challenge"));
  expect([whole.items, whole.of]).toEqual([6, 6]);
  expect(whole.figures[0]).toMatchObject({ name: "accuracy-norm", unit: "share", value: 5 / 6, items: 6, unparsed: 0, high: 1 });
  expect(whole.figures[0]?.low).toBeCloseTo(5 / 6 - 1.959964 / 6, 6);
  await writeRecorded("hellaswag", folder);
  const [none] = (await resultOf(taskOf("hellaswag"))).figures;
  expect([none?.value, none?.low]).toEqual([0, 0]);
  expect(none?.high).toBeCloseTo(0.6576, 4);
});

test("answers that the harness could not read are counted", async () => {
  const bbh = taskOf("bbh");
  await writeRecorded("bbh", folder);
  const result = await resultOf(bbh);
  const figures = figuresWith(await itemsOf(folder, bbh, result), result);
  expect(figures.at(-1)).toMatchObject({ name: "no-answer", value: 1, items: 54 });
});

test("a list of checks is the share of those that hold", async () => {
  const ifeval = taskOf("ifeval-harness");
  await writeRecorded("ifeval", folder);
  const result = await resultOf(ifeval);
  expect(result.figures[1]).toMatchObject({ name: "instruction-strict", value: 0 });
  expect((await itemsOf(folder, ifeval, result)).map(({ scores }) => scores["instruction-strict"])).toEqual([0, 0]);
});

test("a file without the main figure, a torn one and another task's are no result", async () => {
  const arc = taskOf("arc-challenge");
  expect(await readResult(join(folder, "nothing"), arc)).toBeUndefined();
  await writeRecorded("hellaswag", folder);
  expect(await readResult(folder, arc)).toBeUndefined();
  await writeRecorded("arc_challenge", folder);
  expect(await readResult(folder, arc)).toBeDefined();
  const name = (await readdir(folder))
    .find((file) => file.startsWith("samples_arc"))
    ?.slice("samples_arc_challenge_".length, -".jsonl".length);
  const path = join(folder, `results_${name}.json`);
  const whole = await readFile(path, "utf8");
  await writeFile(path, whole.replaceAll('"acc_norm,none"', '"acc_norm,other"'));
  expect(await readResult(folder, arc)).toBeUndefined();
  await writeFile(path, whole.slice(0, 500));
  expect(await readResult(folder, arc)).toBeUndefined();
});

test("fewer samples than the result counts are an error, because figures of pairs need them", async () => {
  const arc = taskOf("arc-challenge");
  await writeRecorded("arc_challenge", folder);
  const result = await resultOf(arc);
  const samples = (await resultsFile()).replace("results_", "samples_arc_challenge_").replace(/\.json$/, ".jsonl");
  await writeFile(samples, (await readFile(samples, "utf8")).slice(0, -20));
  await expect(itemsOf(folder, arc, result)).rejects.toThrow(/counts 2 items and wrote samples of 1 .*Is there room on the disk\?/);
});
