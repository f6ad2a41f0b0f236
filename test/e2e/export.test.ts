import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Config } from "../../src/config/config-schema.ts";
import { fileAt, readRows } from "../../src/datasets/files/read-rows.ts";
import { isReadable } from "../../src/records/row.ts";
import { startHubServer } from "../fixtures/hub-server.ts";
import { startModelServer } from "../fixtures/model-server.ts";
import { makeRun } from "../fixtures/made-run.ts";
import { questions, readRun, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";

type Columns = Record<string, unknown>;

/** Makes a finished run over these rows. */
async function runOver(folder: Folder, rows: readonly object[], more: Config = {}): Promise<string> {
  await using server = await startModelServer();
  const input = await folder.jsonl("rows.jsonl", rows);
  const out = join(folder.path, "run");
  expect(await makeRun(input, server, out, { constrain: "none", ...more })).toMatchObject({ state: "finished", rows: { failed: 0 } });
  return out;
}

async function rowsIn(path: string): Promise<Columns[]> {
  const rows: Columns[] = [];
  for await (const batch of readRows(fileAt(path), { maxRowBytes: 1 << 20 }))
    rows.push(...batch.filter(isReadable).map(({ value }) => value as Columns));
  return rows;
}

async function exported(run: string, to: string, ...flags: string[]): Promise<Columns[]> {
  const { code, stderr } = await sysgen(["export", run, "--to", to, ...flags]);
  expect([code, stderr]).toEqual([0, ""]);
  return rowsIn(to);
}

const airoboros = [
  {
    id: "a",
    category: "orca",
    conversations: [
      { from: "human", value: "Q1" },
      { from: "gpt", value: "A1" },
    ],
  },
  {
    id: "b",
    category: "chat",
    conversations: [
      { from: "system", value: "Own." },
      { from: "human", value: "Q2" },
      { from: "gpt", value: "A2" },
      { from: "human", value: "Q3" },
      { from: "gpt", value: "A3" },
    ],
  },
];

describe("export", () => {
  test("the input's own format keeps the rows' spelling and other columns; the original rows come back equal", async () => {
    await using folder = await temporaryFolder();
    const rows = [
      { number: 1, instruction: "Do it", input: "with this", output: "Done.", source: { from: ["x"] } },
      { number: 2, instruction: "Again", input: "", output: "Done too.", source: null },
    ];
    const run = await runOver(folder, rows);
    for (const ending of [".jsonl", ".json", ".jsonl.gz", ".jsonl.zst"]) {
      const back = await exported(run, join(folder.path, `original${ending}`), "--responses", "original", "--system", "none");
      expect(back).toEqual(rows);
    }
    const made = await exported(run, join(folder.path, "new.jsonl"));
    expect(made).toMatchObject([
      { number: 1, instruction: "Do it", input: "with this", source: { from: ["x"] } },
      { number: 2, input: "" },
    ]);
    expect(made[0]?.["system"]).toMatch(/^You are helper number/);
    expect(made[0]?.["output"]).not.toBe("Done.");
  });

  test("the paper's variants: responses and system messages, a common one, folded into the first user message", async () => {
    await using folder = await temporaryFolder();
    const run = await runOver(folder, airoboros, { existingSystem: "replace" });
    const to = join(folder.path, "made.jsonl");
    const { dataset } = await readRun(run);
    const original = await exported(run, to, "--responses", "original", "--system", "original");
    expect(original).toEqual(airoboros);
    const common = await exported(run, to, "--format", "messages", "--system", "common:Be kind.", "--responses", "original");
    expect(common[0]?.["messages"]).toEqual([
      { role: "system", content: "Be kind." },
      { role: "user", content: "Q1" },
      { role: "assistant", content: "A1" },
    ]);
    const folded = await exported(run, to, "--format", "messages", "--system-role", "first-user");
    const [system, user, ...others] = dataset[1]?.messages ?? [];
    expect(folded[1]?.["messages"]).toEqual([{ role: "user", content: `${system?.content}\n\n${user?.content}` }, ...others]);
    expect(folded[1]?.["category"]).toBe("chat");
  });

  test("every format and file type is read back by sysgen itself; rows without a place are counted", async () => {
    await using folder = await temporaryFolder();
    const run = await runOver(folder, airoboros, { existingSystem: "replace" });
    const endings = [".jsonl", ".parquet", ".csv"];
    for (const [index, format] of ["messages", "sharegpt", "capybara", "prompt-completion", "alpaca", "question-answer"].entries()) {
      // All file types in the first format, and in turn in the others.
      for (const ending of index === 0 ? endings : endings.slice(index % 3, (index % 3) + 1)) {
        const to = join(folder.path, `${format}${ending}`);
        const { code, stdout } = await sysgen(["export", run, "--to", to, "--format", format]);
        expect(code).toBe(0);
        const left = format === "question-answer" ? 1 : 0;
        if (left > 0) expect(stdout).toContain("1 row left out: several-turns, the first is b");
        const inspected = JSON.parse((await sysgen(["inspect", to, "--json"])).stdout) as Columns;
        expect(inspected).toMatchObject({
          format,
          rows: { count: 2 - left },
          examples: 2 - left,
          withSystemMessage: 2 - left,
          problems: {},
        });
      }
    }
    const refused = await sysgen(["export", run, "--to", join(folder.path, "x.jsonl"), "--format", "nonsense"]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('Unknown format "nonsense"')]);
  });

  test("a split is decided by ids, keeps near-duplicates together, and is the same again", async () => {
    await using folder = await temporaryFolder();
    const twins = Array.from({ length: 40 }, (_, index) => ({
      id: `t${index}`,
      question: `${questions(1)[0]?.question} It was asked before, in the year nineteen hundred, by a person of no name, number ${index % 2}.`,
      answer: "An answer.",
    }));
    const others = Array.from({ length: 200 }, (_, index) => ({
      id: `o${index}`,
      question: `${(index * 7919) % 1013} ${"abcdefghij"[index % 10]}${index} ${index * index}`,
      answer: "An answer.",
    }));
    const run = await runOver(folder, [...twins, ...others]);
    const to = join(folder.path, "split");
    const ids = async (): Promise<Record<string, unknown[]>> => ({
      train: (await rowsIn(join(to, "train.jsonl"))).map(({ id }) => id),
      validation: (await rowsIn(join(to, "validation.jsonl"))).map(({ id }) => id),
    });
    const { stdout } = await sysgen(["export", run, "--to", to, "--split", "train=0.8,validation=0.2"]);
    expect(stdout).toContain("40 rows have near-duplicates");
    const first = await ids();
    expect((first["train"]?.length ?? 0) + (first["validation"]?.length ?? 0)).toBe(240);
    expect(first["validation"]?.length).toBeGreaterThan(15);
    const sides = new Set(twins.map(({ id }) => first["train"]?.includes(id)));
    expect(sides.size).toBe(1);
    expect((await sysgen(["export", run, "--to", to, "--split", "train=0.8,validation=0.2"])).code).toBe(0);
    expect(await ids()).toEqual(first);
    // Without a split, no file of the earlier split stays beside the whole.
    expect((await sysgen(["export", run, "--to", to])).code).toBe(0);
    expect((await readdir(to)).filter((name) => name.endsWith(".jsonl"))).toEqual(["train.jsonl"]);
    const bad = await sysgen(["export", run, "--to", to, "--split", "train=0.8"]);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining("Found a sum of 0.8")]);
  });

  test.each(["trl", "axolotl", "llama-factory", "openai"])("for %s: data, configuration and the command", async (trainer) => {
    await using folder = await temporaryFolder();
    const run = await runOver(folder, questions(8));
    const to = join(folder.path, trainer);
    const { code, stderr } = await sysgen(["export", run, "--to", to, "--for", trainer, "--split", "train=0.5,validation=0.5"]);
    expect([code, stderr]).toEqual([0, ""]);
    const names = await readdir(to);
    expect(names).toContain("README.md");
    const configs = names.filter((name) => name.endsWith(".yaml"));
    for (const name of configs) expect(parse(await readFile(join(to, name), "utf8"))).toBeTruthy();
    expect(configs.length > 0 || trainer === "openai").toBe(true);
    const train = names.find((name) => name.startsWith("train."));
    const [row] = await rowsIn(join(to, train ?? ""));
    if (trainer === "openai") expect(Object.keys(row ?? {})).toEqual(["messages"]);
    const again = await sysgen(["export", run, "--to", to, "--for", trainer]);
    expect(again.code).toBe(0);
  });

  test("nothing of the user's is overwritten", async () => {
    await using folder = await temporaryFolder();
    const run = await runOver(folder, questions(2));
    const theirs = join(folder.path, "theirs");
    await mkdir(theirs);
    await writeFile(join(theirs, "README.md"), "mine");
    for (const to of [join(folder.path, "rows.jsonl"), join(run, "dataset.jsonl"), theirs]) {
      const { code, stderr } = await sysgen(["export", run, "--to", to]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/would be overwritten|holds files that no export made/);
    }
    expect(await readFile(join(theirs, "README.md"), "utf8")).toBe("mine");
    expect((await readRun(run)).dataset).toHaveLength(2);
    const none = await sysgen(["export", join(folder.path, "nowhere"), "--to", join(folder.path, "x.jsonl")]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("No run in")]);
  });

  test("a full disk leaves the file that was there", async () => {
    await using folder = await temporaryFolder();
    const run = await runOver(
      folder,
      questions(100).map((row) => ({ ...row, note: "0".repeat(4_000) })),
    );
    const to = join(folder.path, "rows.csv");
    await writeFile(to, "before");
    const { code, stderr } = await sysgen(["export", run, "--to", to], { fileSizeLimitKiB: 64 });
    expect([code, stderr]).toEqual([7, expect.stringContaining(`Cannot write ${to}`)]);
    expect(await readFile(to, "utf8")).toBe("before");
    expect((await readdir(folder.path)).filter((name) => name.includes("partial"))).toEqual([]);
  });
});

describe("push", () => {
  test("shows what would go up, and sends nothing; --yes sends the same bytes, once", async () => {
    await using folder = await temporaryFolder();
    await using hub = await startHubServer();
    const run = await runOver(folder, airoboros, { existingSystem: "replace" });
    const env = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token, HF_HOME: join(folder.path, "hf"), SYSGEN_OFFLINE: "" };
    const dry = await sysgen(["push", run, "me/set", "--license", "mit"], { env });
    expect([dry.code, dry.stderr]).toEqual([0, ""]);
    expect(dry.stdout).toContain("data/train-00000-of-00001.parquet");
    expect(dry.stdout).toContain("Nothing was sent");
    expect(hub.requests).toEqual([]);
    const sent = await sysgen(["push", run, "me/set", "--license", "mit", "--yes"], { env });
    expect([sent.code, sent.stderr]).toEqual([0, ""]);
    const files = hub.files("me/set");
    for (const path of ["README.md", "data/train-00000-of-00001.parquet"])
      expect(files.get(path)?.equals(await readFile(join(run, "hub", path))), path).toBe(true);
    expect([...files.keys()].toSorted()).toEqual([".gitattributes", "README.md", "data/train-00000-of-00001.parquet"]);
    expect(hub.repos.get("me/set")?.isPrivate).toBe(true);
    const [, metadata = "", page = ""] = /^---\n(.*?)\n---\n(.*)$/s.exec(files.get("README.md")?.toString() ?? "") ?? [];
    expect(parse(metadata)).toMatchObject({
      license: "mit",
      size_categories: ["n<1K"],
      configs: [{ config_name: "default", data_files: [{ split: "train", path: "data/train-*" }] }],
    });
    expect(page).toContain("2 rows came in: 2 were written anew, 0 keep");
    // The pushed data can be read like any other dataset.
    const inspected = await sysgen(["inspect", "hf:me/set", "--json"], { env });
    expect(JSON.parse(inspected.stdout)).toMatchObject({ format: "messages", rows: { count: 2, isExact: true }, withSystemMessage: 2 });
    const refused = await sysgen(["push", run, "me/set", "--yes"], { env: { ...env, HF_TOKEN: "" } });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("HF_TOKEN")]);
  });

  test("shards agree on their columns", async () => {
    await using folder = await temporaryFolder();
    const rows = questions(30).map((row, index) => (index < 20 ? row : { ...row, level: index, late: [index] }));
    const run = await runOver(folder, rows);
    const { writeHubFolder } = await import("../../src/exports/hub/hub-folder.ts");
    const { files } = await writeHubFolder({
      run,
      to: join(folder.path, "hub"),
      variant: { responses: "new", system: { kind: "generated" }, systemRole: "system" },
      sides: [{ name: "train", share: 1 }],
      shardLength: 5_000,
    });
    const shards = files.filter(({ path }) => path.endsWith(".parquet"));
    expect(shards.length).toBeGreaterThan(2);
    const read = await Promise.all(shards.map(({ localPath }) => rowsIn(localPath)));
    expect(read.flat().map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(new Set(read.flat().map((row) => Object.keys(row).join(","))).size).toBe(1);
    const whole = await sysgen(["inspect", join(folder.path, "hub"), "--all", "--json"]);
    expect(JSON.parse(whole.stdout)).toMatchObject({ rows: { count: 30 }, examples: 30 });
  });
});
