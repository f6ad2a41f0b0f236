import { describe, expect, test } from "vitest";
import { readEntry } from "../../test/fixtures/dataset-entry.ts";
import type { Example } from "../records/example.ts";
import { isKept, toolDefinitions } from "../records/tools.ts";

const turn = (role: string, content: string, more: object = {}): object => ({ role, content, ...more });
const pair = [turn("user", "Q"), turn("assistant", "A")];

async function exampleOf(row: object): Promise<Example> {
  const { content } = await readEntry(row);
  if ("problem" in content) throw new Error(`${content.problem.reason}: ${content.problem.detail}`);
  return content.example;
}

async function reasonOf(row: object): Promise<string | undefined> {
  const { content } = await readEntry(row);
  return "problem" in content ? content.problem.reason : undefined;
}

describe("rows about more than text", () => {
  test.each<[string, object]>([
    ["images beside messages", { messages: pair, images: ["1.jpg"] }],
    [
      "image of LLaVA",
      {
        image: "1.jpg",
        conversations: [
          { from: "human", value: "Q" },
          { from: "gpt", value: "A" },
        ],
      },
    ],
    ["bytes of an image", { question: "Q", answer: "A", image: { bytes: "x", path: null } }],
    ["a path", { instruction: "Q", input: "", output: "A", image_path: "a/b.png" }],
    ["audios", { messages: pair, audios: ["1.wav"] }],
    ["video", { prompt: "Q", completion: "A", video: "1.mp4" }],
    ["a placeholder", { messages: [turn("user", "<image>Who is it?"), turn("assistant", "A")] }],
    ["a placeholder on a line", { messages: [turn("user", "Who is it?\n<image>"), turn("assistant", "A")] }],
    ["a placeholder of a film", { messages: [turn("user", "<video>\nWhat happens?"), turn("assistant", "A")] }],
    ["a placeholder of Phi", { messages: [turn("user", "<|image_1|>\nWho is it?"), turn("assistant", "A")] }],
    ["an image of a message", { messages: [turn("user", "Q", { images: ["x"] }), turn("assistant", "A")] }],
    [
      "an image part",
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "image", text: "" },
              { type: "text", text: "Q" },
            ],
          },
          pair[1],
        ],
      },
    ],
    [
      "an input_audio part",
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "Q" },
              { type: "input_audio", input_audio: {} },
            ],
          },
          pair[1],
        ],
      },
    ],
  ])("%s", async (_name, row) => expect(await reasonOf(row)).toBe("not-text"));

  test.each<[string, object]>([
    ["empty columns", { messages: pair, images: [], audio: null, video: "" }],
    ["a question about HTML", { messages: [turn("user", "What does <video> do in HTML?"), turn("assistant", "A")] }],
    ["a question about a tag", { messages: [turn("user", "Explain `<image>` of SVG."), turn("assistant", "A")] }],
    ["the number of images", { messages: pair, images: 0, image_count: 3 }],
  ])("%s is text", async (_name, row) => expect(await reasonOf(row)).toBeUndefined());
});

describe("responses that the data rejects", () => {
  test.each<[string, object]>([
    ["KTO", { prompt: "Q", completion: "A", label: false }],
    ["KTO of numbers", { prompt: "Q", completion: "A", label: 0 }],
    ["KTO as text", { prompt: "Q", completion: "A", label: "False" }],
    ["KTO of messages", { messages: pair, label: false }],
    ["kto_tag", { instruction: "Q", input: "", output: "A", kto_tag: false }],
    ["desirable", { question: "Q", answer: "A", desirable: false }],
    ["rejected", { question: "Q", answer: "A", rejected: true }],
  ])("%s", async (_name, row) => expect(await reasonOf(row)).toBe("rejected-answer"));

  test("a label of a class or of a good response is no reason", async () => {
    expect(await reasonOf({ prompt: "Q", completion: "A", label: true })).toBeUndefined();
    expect(await reasonOf({ question: "Q", answer: "A", label: 0 })).toBeUndefined();
    expect(await reasonOf({ question: "Q", answer: "A", label: "negative" })).toBeUndefined();
  });

  test("rejected columns are not carried along", async () => {
    const { columns } = await exampleOf({ prompt: "Q", chosen: "A", rejected: "B", rejected_score: 1, source: "x" });
    expect(columns).toEqual({ rejected_score: 1, source: "x" });
    expect((await exampleOf({ messages: pair, rejected_response: "B" })).columns).toEqual({});
  });
});

describe("columns that hold the old response are not carried along", () => {
  const response = "The Loire is the longest river of France.";
  const messages = [turn("user", "Which river is the longest?"), turn("assistant", response)];
  test.each<[string, object]>([
    ["text", { text: `<s>[INST] Which river is the longest? [/INST] ${response}</s>` }],
    ["a rendered conversation of another name", { rendered_v2: `User: Which river is the longest?\nAssistant: ${response}` }],
    ["response", { response }],
    ["prompt and completion", { completion: response }],
    [
      "the same turns in another layout",
      {
        conversations: [
          { from: "human", value: "x" },
          { from: "gpt", value: response },
        ],
      },
    ],
    ["chosen", { chosen: [{ role: "assistant", content: response }] }],
  ])("%s", async (_name, row) => expect((await exampleOf({ messages, ...row, topic: "rivers" })).columns).toEqual({ topic: "rivers" }));

  test("short ones, by their names alone", async () => {
    const { columns } = await exampleOf({
      instruction: "Q",
      input: "",
      output: "A",
      text: "### Instruction:\nQ\n\n### Response:\nA",
      grade: "A",
    });
    expect(columns).toEqual({ grade: "A" });
  });

  test("a prompt without the response, and a text that quotes a word of it, stay", async () => {
    const kept = { prompt: "Which river is the longest?", note: "about the Loire", text: "Loire, Seine" };
    expect((await exampleOf({ messages: [messages[0], turn("assistant", "Loire")], ...kept })).columns).toEqual(kept);
  });
});

describe("turns that stay as they are", () => {
  const tools = [{ type: "function", function: { name: "f", parameters: {} } }];
  const calls = [
    '<tool_call>\n{"name":"f","arguments":{}}\n</tool_call>',
    'Let me look.\n<tool_call>{"name":"f","arguments":{}}</tool_call>',
    "[f(x=1)]",
    '[Market Trends API(trend_type="INDEX", country="us"), g()]',
    '{"name": "f", "parameters": {"x": 1}}',
    '[{"name": "f", "arguments": {"x": 1}}]',
    '<functioncall> {"name": "f", "arguments": "{}"}',
    '[TOOL_CALLS] [{"name": "f"}]',
    "```tool_code\nf(x=1)\n```",
    "Thought: I need it.\nAction: f\nAction Input: x",
    'f(x="1")',
  ];
  test.each(calls)("a call in text: %s", async (call) => {
    for (const row of [
      { tools, messages: [pair[0], turn("assistant", call)] },
      { tools: JSON.stringify(tools), messages: [pair[0], turn("assistant", call), turn("tool", "3"), turn("assistant", "Three.")] },
      {
        messages: [
          turn("system", `You have access to the following functions:\n${JSON.stringify(tools)}`),
          pair[0],
          turn("assistant", call),
        ],
      },
    ]) {
      const example = await exampleOf(row);
      expect(example.messages.filter(({ role }) => role === "assistant").map((message) => isKept(message, example))).toEqual(
        example.messages.length === 2 ? [true] : [true, false],
      );
      expect(toolDefinitions(example)).toContain('"name":"f"');
    }
  });

  test.each(['{"name": "Ann", "age": 3}', "[1, 2]", "print(1)", "Use <tool_call> for it.", "See [the page](https://a.b/c)."])(
    "an answer of a row without tools is none: %s",
    async (text) => {
      const example = await exampleOf({ messages: [pair[0], turn("assistant", text)] });
      expect(isKept(example.messages[1] ?? { role: "user", content: "" }, example)).toBe(false);
    },
  );

  test.each<[object, boolean]>([
    [{ weight: 0 }, true],
    [{ loss: false }, true],
    [{ train: false }, true],
    [{ training: "false" }, true],
    [{ trainable: 0 }, true],
    [{ loss_mask: 0 }, true],
    [{ weight: 1 }, false],
    [{ loss: null }, false],
    [{ train: true }, false],
  ])("masks: %j", async (mask, kept) => {
    const example = await exampleOf({ messages: [pair[0], turn("assistant", "B", mask), ...pair] });
    expect(isKept(example.messages[1] ?? { role: "user", content: "" }, example)).toBe(kept);
    expect(example.messages[1]?.extra).toEqual(mask);
  });

  test("a row without a turn to train on is dropped", async () => {
    expect(await reasonOf({ messages: [pair[0], turn("assistant", "A", { weight: 0 })] })).toBe("all-masked");
  });
});
