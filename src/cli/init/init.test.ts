import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { questions, temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { readConfigFile } from "../../config/config-file.ts";
import { inspectDataset } from "../../datasets/inspect.ts";
import { defaults, type Asker } from "./asker.ts";
import { configText } from "./config-text.ts";
import { findData } from "./find-data.ts";
import { askAll } from "./questions.ts";
import { schemaPath } from "./schema-path.ts";

/** Answers as a person would, by the beginning of a choice's label or as text. */
function person(answers: readonly string[], heard: string[]): Asker {
  const left = [...answers];
  const next = (question: string): string => {
    const answer = left.shift();
    if (answer === undefined) throw new Error(`not expected: ${question}`);
    return answer;
  };
  return {
    canAskAgain: true,
    select({ text }, choices) {
      const answer = next(text);
      const chosen = choices.find(({ label }) => label.startsWith(answer));
      if (chosen === undefined) throw new Error(`${text}: no ${answer} among ${choices.map(({ label }) => label).join(", ")}`);
      return Promise.resolve(chosen.value);
    },
    text: ({ text }) => Promise.resolve(next(text)),
    say: (text) => void heard.push(text),
    wait: (_, work) => work,
  };
}

const nobody = "http://127.0.0.1:9/v1";

test("a person is asked again for data that cannot be read and for an address that is none", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "deep"));
  await folder.file("bad.jsonl", "no rows");
  const input = await folder.jsonl("deep/rows.jsonl", questions(150));
  const heard: string[] = [];
  const writing = ["bad.jsonl", "take other data", "elsewhere", input, "a server elsewhere", "gpu1", nobody, "my-model"];
  const judging = ["a model on another server", nobody, "my-judge", "20 rows"];
  const found = await askAll({}, person([...writing, ...judging], heard), { cwd: folder.path, env: {} });
  expect(found).toMatchObject({ input, model: "my-model", baseUrl: [nobody], judgeModel: "my-judge", judgeBaseUrl: [nobody], sample: 20 });
  expect(heard).toEqual([
    expect.stringContaining("bad.jsonl"),
    `${input}: question-answer, 150 rows`,
    expect.stringContaining("gpu1"),
    expect.stringContaining("cannot be reached"),
    expect.stringContaining("cannot be reached"),
  ]);
});

test("columns of a layout that is not detected can be named", async () => {
  await using folder = await temporaryFolder();
  const input = await folder.jsonl("rows.jsonl", [{ asked: "Why?", said: "So." }]);
  const answers = ["name the columns", "ask", "say", "name the columns", "asked", "said", "all 1"];
  const heard: string[] = [];
  const found = await askAll({ input, model: "m", judgeModel: "j" }, person(answers, heard), { cwd: folder.path, env: {} });
  expect(found).toMatchObject({ input, instructionColumn: "asked", responseColumn: "said", sample: undefined });
  expect(heard).toEqual([
    expect.stringContaining("no known format"),
    expect.stringContaining('--instruction-column names "ask"'),
    expect.stringContaining("columns, 1 row"),
  ]);
});

test("without questions each answer is sure, or the option that gives it is named", async () => {
  await using folder = await temporaryFolder();
  const surroundings = { cwd: folder.path, env: {} };
  const asker = defaults(() => undefined);
  await expect(askAll({}, asker, surroundings)).rejects.toThrow(/sysgen init <input>/);
  const input = await folder.jsonl("rows.jsonl", questions(3));
  await mkdir(join(folder.path, "runs/rows"), { recursive: true });
  expect(await askAll({ input }, asker, surroundings)).toMatchObject({ input, sample: undefined, out: join("runs", "rows-2") });
  await expect(askAll({ input, baseUrl: [nobody] }, asker, surroundings)).rejects.toThrow(/Give --model <name>/);
  expect(await askAll({ input, baseUrl: [nobody, nobody], model: "m" }, asker, surroundings)).toMatchObject({ baseUrl: [nobody, nobody] });
  await folder.jsonl("others.jsonl", questions(3));
  await expect(askAll({ model: "m" }, asker, surroundings)).rejects.toThrow(/there are .*rows\.jsonl/);
  await expect(askAll({ input: "none.jsonl" }, asker, surroundings)).rejects.toThrow(/none\.jsonl/);
});

test("data is what has rows; settings and empty files are none", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "data"));
  await folder.file("package.json", "{}");
  await folder.file("notes.txt", "text");
  await folder.file("empty.jsonl", "");
  await folder.file("small.csv.gz", "a");
  await folder.file("data/large.parquet", "abc");
  expect((await findData(folder.path)).map(({ path }) => path)).toEqual([join("data", "large.parquet"), "small.csv.gz"]);
});

test("the file is read as what was answered, also with its proposals in use", async () => {
  await using folder = await temporaryFolder();
  const input = await folder.jsonl("a: b #1.jsonl", [{ system: "Be kind.", question: "Why?", answer: "So." }]);
  const data = await inspectDataset({ input, stdin: process.stdin, maxRowBytes: 1_000 });
  const out = join("runs", "yes");
  const plain = { input, model: "m", out };
  const server = { ...plain, baseUrl: [nobody], sample: 5 };
  const two = { ...server, baseUrl: [nobody, "http://b/v1"], apiKeyEnv: "KEY", judgeModel: "j", judgeBaseUrl: [nobody] };
  for (const [index, answers] of [plain, server, two].entries()) {
    const text = configText({ ...answers, data }, "config-schema.json");
    expect(text.split("\n").filter((line) => line.length > 100 && line.startsWith("# "))).toEqual([]);
    const path = await folder.file(`${index}.yaml`, text);
    expect(readConfigFile(path)).toEqual({ ...answers, existingSystem: "drop" });
    const inUse = await folder.file(`${index}-in-use.yaml`, text.replace(/^# ([a-z]\w+: \S+$)/gim, "$1"));
    expect(readConfigFile(inUse)).toMatchObject({ ...answers, preset: "paper", maxCost: 5, maxCalls: 10_000 });
  }
});

test("the schema is named so that every machine of a project finds it", () => {
  expect(schemaPath("/w/p/sysgen.yaml", "/w/p/node_modules/sysgen/config-schema.json")).toBe("node_modules/sysgen/config-schema.json");
  expect(schemaPath("/w/p/runs/a.yaml", "/w/p/node_modules/sysgen/config-schema.json")).toBe("../node_modules/sysgen/config-schema.json");
  expect(schemaPath("/w/clone/examples/a.yaml", "/w/clone/config-schema.json")).toBe("../config-schema.json");
  expect(schemaPath("/w/p/a.yaml", "/usr/lib/node_modules/sysgen/config-schema.json")).toBe(
    "file:///usr/lib/node_modules/sysgen/config-schema.json",
  );
});
