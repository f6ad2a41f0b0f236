import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { startHubServer } from "../fixtures/hub-server.ts";
import { startModelServer } from "../fixtures/model-server.ts";
import { questions, readRun, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

describe("which rows are taken", () => {
  test("offset, limit and sample: the same rows again, a larger sample holds the smaller, nothing paid twice", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer();
    const input = await folder.jsonl("rows.jsonl", questions(60));
    const out = join(folder.path, "run");
    const idsOf = async (...flags: string[]): Promise<string[]> => {
      const { code, stderr } = await sysgen([
        "run",
        input,
        "--model",
        "m",
        "--preset",
        "paper",
        "--base-url",
        server.url,
        "--out",
        out,
        "--quiet",
        ...flags,
      ]);
      expect([code, stderr]).toEqual([0, ""]);
      return (await readRun(out)).dataset.map(({ id }) => id);
    };
    expect(await idsOf("--offset", "10", "--limit", "3")).toEqual(["q10", "q11", "q12"]);
    const small = await idsOf("--sample", "5");
    expect(small).toHaveLength(5);
    expect(await idsOf("--sample", "5")).toEqual(small);
    const paid = server.calls.length;
    const large = await idsOf("--sample", "12");
    expect(large).toEqual(expect.arrayContaining(small));
    expect(large).toHaveLength(12);
    expect(server.calls.length - paid).toBeLessThanOrEqual(3 * 7);
    const window = await idsOf("--offset", "20", "--limit", "10", "--sample", "4");
    expect(window.every((id) => Number(id.slice(1)) >= 20 && Number(id.slice(1)) < 30)).toBe(true);
    expect(window).toHaveLength(4);
    expect(await idsOf("--sample", "1000")).toHaveLength(60);
  });

  test("a sample of what can be read only once is refused", async () => {
    const { code, stderr } = await sysgen(["inspect", "-", "--sample", "3"], { stdin: '{"question":"Q","answer":"A"}\n' });
    expect([code, stderr]).toEqual([2, expect.stringContaining("can be read only once")]);
  });
});

describe("where rows come from", () => {
  const row = (id: string): string => JSON.stringify({ id, question: "Q?", answer: "A." });
  const inspect = async (input: string, flags: string[] = [], options: Parameters<typeof sysgen>[1] = {}) => {
    const { code, stdout, stderr } = await sysgen(["inspect", input, "--json", ...flags], options);
    return { code, stderr, found: code === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : undefined };
  };

  test("a folder and a pattern: files in natural order, problems with their file, ids of the file's name", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer();
    await mkdir(join(folder.path, "data"));
    await folder.file("data/part-10.jsonl", `${row("z")}\n`);
    await folder.file("data/part-2.jsonl.gz", gzipSync(`${row("a")}\n{broken\n{"question":"Q?","answer":"A."}\n`));
    const out = join(folder.path, "run");
    const { code } = await sysgen([
      "run",
      join(folder.path, "data"),
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      out,
      "--quiet",
    ]);
    expect(code).toBe(0);
    const { dataset, rejected } = await readRun(out);
    expect(dataset.map(({ id }) => id)).toEqual(["a", "part-2.jsonl.gz:3", "z"]);
    expect(rejected).toMatchObject([{ file: "part-2.jsonl.gz", line: 2, reason: "invalid-json" }]);
    expect((await inspect(join(folder.path, "data/*-10.jsonl"))).found).toMatchObject({ rows: { count: 1, isExact: true } });
    await folder.file("data/more.csv", "question,answer\nQ,A\n");
    const mixed = await inspect(join(folder.path, "data"));
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining("several types")]);
    const none = await inspect(join(folder.path, "data/*.parquet"));
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("No data file")]);
  });

  test("of a folder with several splits, the one for training; columns of one's own; CSV on stdin", async () => {
    await using folder = await temporaryFolder();
    await folder.file("train.jsonl", `${row("a")}\n${row("b")}\n`);
    await folder.file("test.jsonl", `${row("c")}\n`);
    const train = await inspect(folder.path);
    expect(train.found).toMatchObject({ rows: { count: 2 } });
    expect(train.stderr).toContain("train is read");
    const mine = await folder.jsonl("mine.jsonl", [{ a: { b: ["Q", "A"] } }]);
    expect((await inspect(mine)).stderr).toContain("--instruction-column");
    expect((await inspect(mine, ["--instruction-column", "a.b.0", "--response-column", "a.b.1"])).found).toMatchObject({
      format: "columns",
      examples: 1,
    });
    expect((await inspect(mine, ["--instruction-column", "a"])).stderr).toContain("go together");
    const misspelt = await inspect(mine, ["--instruction-column", "a.b.0", "--response-column", "answer"]);
    expect([misspelt.code, misspelt.stderr]).toEqual([
      2,
      expect.stringMatching(/--response-column names "answer", and its first rows have no such column\. Found columns a\./),
    ]);
    const csv = await inspect("-", ["--file-type", "csv"], { stdin: 'question,answer\n"Q, is it?",A\n' });
    expect(csv.found).toMatchObject({ format: "question-answer", examples: 1 });
  });

  test("the hub: a name, a split, a short name; fetched once; a gated set says what to do", async () => {
    await using folder = await temporaryFolder();
    await using hub = await startHubServer();
    const rows = `${row("a")}\n${row("b")}\n`;
    hub.add("me/set", { main: { "README.md": "---\nlicense: cc-by-4.0\n---\n", "train.jsonl": rows, "test.jsonl": `${row("c")}\n` } });
    hub.add("me/gated", { main: { "train.jsonl": rows } }, { isGated: true });
    hub.add("LDJnr/Capybara", {
      main: { "pure.jsonl": `${JSON.stringify({ source: "x", conversation: [{ input: "Q", output: "A" }] })}\n` },
    });
    const env = { HF_ENDPOINT: hub.url, HF_HOME: join(folder.path, "hf"), SYSGEN_OFFLINE: "" };
    expect((await inspect("hf:me/set", [], { env })).found).toMatchObject({ rows: { count: 2, isExact: true } });
    const transfers = hub.count(/resolve.*train/);
    expect((await inspect("hf:me/set", [], { env })).found).toMatchObject({ rows: { count: 2 } });
    expect(hub.count(/resolve.*train/)).toBe(transfers);
    expect((await inspect("hf:me/set/test", [], { env })).found).toMatchObject({ rows: { count: 1 } });
    expect((await inspect("capybara", [], { env })).found).toMatchObject({ format: "capybara", examples: 1 });
    const gated = await inspect("hf:me/gated", [], { env });
    expect([gated.code, gated.stderr]).toEqual([2, expect.stringMatching(/gated.*HF_TOKEN/s)]);
    const missing = await inspect("hf:me/nothing", [], { env });
    expect(missing.code).toBe(2);
    expect(missing.stderr).not.toMatch(/^\s+at /m);
    // Without the network the files come from the cache.
    expect((await inspect("hf:me/set", [], { env: { ...env, SYSGEN_OFFLINE: "1" } })).found).toMatchObject({ rows: { count: 2 } });

    await using server = await startModelServer();
    const out = join(folder.path, "run");
    const ran = await sysgen(["run", "hf:me/set", "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--quiet"], {
      env,
    });
    expect(ran.code).toBe(0);
    const pushed = await sysgen(["push", out, "me/made"], { env });
    expect(pushed.stdout).toContain("license: cc-by-4.0");
    expect(pushed.stdout).toContain("- me/set");
  });
});
