import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startModelServer } from "../fixtures/model-server.ts";
import { readRun, sysgen, temporaryFolder, type DatasetLine, type RejectedLine } from "../fixtures/sysgen.ts";

async function run(
  name: string,
  content: string | Buffer,
  flags: string[] = [],
): Promise<{ code: number | null; stderr: string; dataset: DatasetLine[]; rejected: RejectedLine[] }> {
  await using server = await startModelServer();
  await using folder = await temporaryFolder();
  const input = await folder.file(name, content);
  const out = join(folder.path, "run");
  const { code, stderr } = await sysgen(["run", input, "--model", "m", "--base-url", server.url, "--out", out, ...flags]);
  expect(stderr).not.toMatch(/^\s+at /m);
  if (code === 2) return { code, stderr, dataset: [], rejected: [] };
  return { code, stderr, ...(await readRun(out)) };
}

const good = (id: string): string => JSON.stringify({ id, question: `Question of ${id}?`, answer: "Answer." });

describe("broken JSON Lines: every row is in the dataset or in rejected.jsonl, with its line", () => {
  test("BOM, CRLF, blank lines, no newline at the end", async () => {
    const { dataset, rejected } = await run("rows.jsonl", `\uFEFF${good("a")}\r\n\r\n   \r\n${good("b")}\r\n${good("c")}`);
    expect(dataset.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(rejected).toEqual([]);
  });

  test("invalid UTF-8, invalid JSON, a cut last line, wrong types, empty and missing text", async () => {
    const lines = [
      good("a"),
      Buffer.concat([Buffer.from('{"question":"caf'), Buffer.from([0xe9, 0xff]), Buffer.from('","answer":"x"}')]),
      '{"question": "Q", "answer": "A",}',
      "[1, 2]",
      '"text"',
      "null",
      '{"id": "w", "question": ["Q"], "answer": "A"}',
      '{"question": "Q"}',
      '{"question": "  ", "answer": "A"}',
      '{"question": "Q", "answer": ""}',
      good("z"),
      '{"question": "Q", "ans',
    ];
    const content = Buffer.concat(lines.flatMap((line, index) => [Buffer.from(line), Buffer.from(index === lines.length - 1 ? "" : "\n")]));
    const { code, dataset, rejected } = await run("rows.jsonl", content);
    expect(code).toBe(0);
    expect(dataset.map(({ id }) => id)).toEqual(["a", "z"]);
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [2, "invalid-utf8"],
      [3, "invalid-json"],
      [4, "wrong-type"],
      [5, "wrong-type"],
      [6, "wrong-type"],
      [7, "wrong-type"],
      [8, "missing-column"],
      [9, "empty-instruction"],
      [10, "empty-response"],
      [12, "invalid-json"],
    ]);
    expect(rejected.every(({ outcome, phase }) => outcome === "dropped" && phase === "read")).toBe(true);
    expect(rejected[1]?.raw).toBe('{"question": "Q", "answer": "A",}');
    expect(rejected[5]?.id).toBe("w");
  });

  test("a line of 50 MB is rejected unread; the rows after it are not lost", async () => {
    const huge = `{"question":"${"x".repeat(50 * 1024 * 1024)}","answer":"A"}`;
    const { dataset, rejected } = await run("rows.jsonl", `${good("a")}\n${huge}\n${good("b")}\n`);
    expect(dataset.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(rejected).toMatchObject([{ line: 2, reason: "row-too-large" }]);
    expect(rejected[0]?.raw.length).toBeLessThan(100_000);
  });

  test("deep nesting", async () => {
    const deep = `{"question":"Q","answer":"A","extra":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    const inContent = `{"messages":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    const { dataset, rejected } = await run("rows.jsonl", `${good("a")}\n${deep}\n${inContent}\n${good("b")}\n`);
    expect(dataset.length + rejected.length).toBe(4);
    expect(dataset.map(({ id }) => id)).toEqual(expect.arrayContaining(["a", "b"]));
  });

  test("duplicate ids get a suffix", async () => {
    const { dataset } = await run("rows.jsonl", [good("a"), good("a"), good("b"), good("a")].join("\n"));
    expect(dataset.map(({ id }) => id)).toEqual(["a", "a#2", "b", "a#3"]);
  });

  test("lone surrogates, NUL and line separators in text survive or are mended", async () => {
    const { dataset } = await run("rows.jsonl", '{"question":"a\\ud800b\\u0000c\\u2028d","answer":"A"}\n');
    expect(dataset[0]?.messages[1]?.content).toBe("a\uFFFDb\u0000c\u2028d");
  });

  test.each([
    ["an empty file", "rows.jsonl", "", /holds no rows/],
    ["blank lines only", "rows.jsonl", "\n\n \n", /holds no rows/],
    ["no line that is JSON", "rows.jsonl", "hello\nworld\n", /rows\.jsonl:1: no row could be read/],
    ["UTF-16", "rows.jsonl", Buffer.from(`\uFEFF${good("a")}`, "utf16le"), /expected UTF-8, found UTF-16/],
    ["unknown columns", "rows.jsonl", '{"foo":1}\n', /no known format fits.*Found columns foo/s],
    ["an unknown file type", "rows.xlsx", "x", /unknown file type "\.xlsx"/],
  ])("%s: exit code 2 and a sentence", async (_name, file, content, message) => {
    const { code, stderr } = await run(file, content);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("JSON arrays", () => {
  test("rows with their lines; an element that is no JSON spoils only itself", async () => {
    const { dataset, rejected } = await run(
      "rows.json",
      `\uFEFF[\n  ${good("a")},\n  {"question": "Q" "answer": "A"},\n  ${good("b")},\n]\n`,
    );
    expect(dataset.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(rejected).toMatchObject([{ line: 3, reason: "invalid-json" }]);
  });

  test("a file that was cut off", async () => {
    const { dataset, rejected } = await run("rows.json", `[${good("a")},\n${good("b").slice(0, 20)}`);
    expect(dataset.map(({ id }) => id)).toEqual(["a"]);
    expect(rejected).toMatchObject([{ line: 2, reason: "invalid-json" }]);
    expect((await run("rows.json", `[${good("a")},`)).rejected).toMatchObject([{ reason: "invalid-json" }]);
  });

  test("names lie: rows a line in .json, an array in .jsonl", async () => {
    expect((await run("rows.json", `${good("a")}\n${good("b")}\n`)).dataset).toHaveLength(2);
    expect((await run("rows.jsonl", `[${good("a")},\n${good("b")}]`)).dataset).toHaveLength(2);
  });
});

describe("conversations that cannot be used are dropped with their reason", () => {
  const turn = (from: string, value: unknown): object => ({ from, value });
  test.each([
    ["assistant-first", [turn("gpt", "Hi"), turn("human", "Q"), turn("gpt", "A")]],
    ["turn-order", [turn("human", "Q"), turn("human", "Q2"), turn("gpt", "A")]],
    ["no-response", [turn("human", "Q")]],
    ["no-response", [turn("human", "Q"), turn("gpt", "A"), turn("human", "Q2")]],
    ["no-instruction", [turn("gpt", "A")]],
    ["no-instruction", []],
    ["empty-response", [turn("human", "Q"), turn("gpt", " ")]],
    ["unknown-role", [turn("narrator", "Once"), turn("human", "Q"), turn("gpt", "A")]],
    ["wrong-type", [turn("human", 5), turn("gpt", "A")]],
    ["wrong-type", ["Q", "A"]],
    ["missing-column", [{ value: "Q" }, turn("gpt", "A")]],
  ])("%s", async (reason, conversations) => {
    const fine = { conversations: [turn("human", "Q"), turn("gpt", "A")] };
    const { dataset, rejected } = await run("rows.json", JSON.stringify([fine, { conversations }]));
    expect(dataset).toHaveLength(1);
    expect(rejected).toMatchObject([{ outcome: "dropped", phase: "read", reason }]);
  });

  test("tool calls stay as they are, the responses around them are written anew", async () => {
    const row = {
      conversations: [
        turn("human", "What time is it?"),
        turn("function_call", '{"name": "clock", "arguments": {"zone": "UTC"}}'),
        turn("observation", "12:00"),
        turn("gpt", "It is noon."),
      ],
      tools: '[{"name": "clock"}]',
    };
    const { dataset } = await run("rows.json", JSON.stringify([row]));
    const [line] = dataset;
    expect(line?.messages.slice(1, 4)).toEqual([
      { role: "user", content: "What time is it?" },
      { role: "assistant", content: "", tool_calls: [{ type: "function", function: { name: "clock", arguments: '{"zone":"UTC"}' } }] },
      { role: "tool", content: "12:00" },
    ]);
    expect(line?.sysgen.originalResponses).toEqual(["It is noon."]);
    expect(line).toMatchObject({ tools: '[{"name": "clock"}]' });
  });
});
