import { expect, test } from "vitest";
import { openDataset } from "./index.ts";
import { inspectDataset } from "./inspect.ts";

function inputOf(rows: readonly object[]) {
  async function* stdin(): AsyncGenerator<Uint8Array, void, void> {
    yield Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
  return { input: "-", stdin: stdin(), maxRowBytes: 1_000_000 };
}

async function warningsOf(...rows: object[]): Promise<readonly string[]> {
  const dataset = await openDataset(inputOf(rows));
  await dataset.close();
  return dataset.warnings;
}

const pair = { question: "Q", answer: "A" };

test.each<[string, object, readonly string[]]>([
  ["a hint", { ...pair, hint: "Think of a river." }, ["hint"]],
  ["lists of texts", { ...pair, keywords: ["a b", "c"] }, ["keywords"]],
  ["a rationale beside options", { ...pair, rationale: "because" }, ["rationale"]],
  [
    "a context beside messages",
    {
      messages: [
        { role: "user", content: "Q" },
        { role: "assistant", content: "A" },
      ],
      context: "Read this.",
    },
    ["context"],
  ],
  [
    "metadata",
    { ...pair, id: "x y", url: "https://a.b", source: "web crawl", lang: "en", created_at: "2020", score: 3, meta: { a: "b" } },
    [],
  ],
  ["a long title", { ...pair, title: "word ".repeat(60) }, ["title"]],
  ["a long structure", { ...pair, meta: { a: "word ".repeat(60) } }, ["meta"]],
  ["a part of the question", { question: "Which river?", answer: "A", stub: "Which" }, []],
  ["what is read", { ...pair, context: "C", system_prompt: "S" }, []],
])("text that no one reads is named: %s", async (_name, row, names) => {
  const { unread } = await inspectDataset(inputOf([row]));
  expect(unread).toEqual(names);
  const warnings = await warningsOf(row);
  expect(warnings).toHaveLength(names.length > 0 ? 1 : 0);
  for (const name of names) expect(warnings[0]).toContain(name);
});

test("responses with reasoning are told once, with what becomes of it", async () => {
  const row = (content: string, more: object = {}) => ({
    messages: [
      { role: "user", content: "Q" },
      { role: "assistant", content, ...more },
    ],
  });
  for (const reasoned of [
    row("<think>a</think>b"),
    row("<reasoning>a</reasoning> b"),
    row("[THINK]a[/THINK]b"),
    row("b", { reasoning_content: "a" }),
  ])
    expect(await warningsOf(row("b"), reasoned, reasoned)).toEqual([expect.stringContaining("in 2 of the first 3 rows")]);
  expect(await warningsOf(row("Write `<think>` first."), row("b", { reasoning_content: null }))).toEqual([]);
});

test("whether places of options begin at 0 or 1 is told by the first rows", async () => {
  const read = async (...answers: (number | string)[]): Promise<string[]> => {
    const dataset = await openDataset(inputOf(answers.map((answer) => ({ question: "Q", options: ["x", "y", "z"], answer }))));
    const found: string[] = [];
    for await (const { content } of dataset.entries)
      found.push("example" in content ? (content.example.messages.at(-1)?.content ?? "") : content.problem.reason);
    return found;
  };
  expect(await read(1, 2, 0)).toEqual(["B. y", "C. z", "A. x"]);
  expect(await read(1, 3, 2)).toEqual(["A. x", "C. z", "B. y"]);
  expect(await read("B", "(C)", "z", "option a")).toEqual(["B. y", "C. z", "C. z", "A. x"]);
  expect(await read("D", 9, "Because of it.")).toEqual(["answer-not-an-option", "answer-not-an-option", "Because of it."]);
});

test("a mapped system column that no row has is told of", async () => {
  const rows = [pair, pair].map((row) => ({ ...row, system: "Be kind." }));
  const told = async (system: string): Promise<readonly string[]> => {
    const dataset = await openDataset({ ...inputOf(rows), columns: { instruction: "question", response: "answer", system } });
    await dataset.close();
    return dataset.warnings.filter((warning) => warning.includes("--system-column"));
  };
  expect(await told("system")).toEqual([]);
  expect(await told("sytem")).toEqual([
    '--system-column names "sytem", and the first 2 rows have no such column. Found columns question, answer, system.',
  ]);
});
