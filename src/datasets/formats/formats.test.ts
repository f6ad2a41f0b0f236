import { describe, expect, test } from "vitest";
import { toConversation } from "../to-example.ts";
import { detectFormat, formats } from "./index.ts";

const pair = [
  { role: "user", content: "Q" },
  { role: "assistant", content: "A" },
];
const turn = (from: string, value: string): object => ({ from, value });

// Row shapes of public sets, with values of our own.
const shapes: [set: string, format: string, row: object, expected: { messages: object[]; systemMessage?: string }][] = [
  ["Alpaca", "alpaca", { instruction: "Q", input: "", output: "A" }, { messages: pair }],
  [
    "Alpaca with input",
    "alpaca",
    { instruction: "Q", input: "more", output: "A" },
    { messages: [{ role: "user", content: "Q\nmore" }, pair[1] as object] },
  ],
  [
    "LLaMA-Factory's Alpaca",
    "alpaca",
    { instruction: "Q", input: "", output: "A", system: "S", history: [["Q0", "A0"]] },
    { systemMessage: "S", messages: [{ role: "user", content: "Q0" }, { role: "assistant", content: "A0" }, ...pair] },
  ],
  ["Dolly", "alpaca", { instruction: "Q", context: "", response: "A", category: "open_qa" }, { messages: pair }],
  [
    "Capybara",
    "question-answer",
    {
      source: "x",
      conversation: [
        { input: "Q", output: "A" },
        { input: "Q", output: "A" },
      ],
    },
    { messages: [...pair, ...pair] },
  ],
  [
    "Airoboros",
    "sharegpt",
    { id: "1", category: "orca", conversations: [turn("system", "S"), turn("human", "Q"), turn("gpt", "A")] },
    { systemMessage: "S", messages: pair },
  ],
  ["OrcaMath", "question-answer", { question: "Q", answer: "A" }, { messages: pair }],
  ["MetaMathQA", "question-answer", { type: "GSM_SV", query: "Q", original_question: "Q0", response: "A" }, { messages: pair }],
  ["Magicoder-Evol", "question-answer", { instruction: "Q", response: "A" }, { messages: pair }],
  [
    "Magicoder-OSS",
    "question-answer",
    { lang: "cpp", raw_index: 1, index: 2, seed: "int x;", problem: "Q", solution: "A" },
    { messages: pair },
  ],
  ["OpenOrca", "question-answer", { id: "1", system_prompt: "S", question: "Q", response: "A" }, { systemMessage: "S", messages: pair }],
  ["OpenOrca without a system prompt", "question-answer", { id: "1", system_prompt: "", question: "Q", response: "A" }, { messages: pair }],
  ["ShareGPT", "sharegpt", { conversations: [turn("human", "Q"), turn("gpt", "A")] }, { messages: pair }],
  [
    "ShareGPT with role and content",
    "sharegpt",
    {
      conversations: [
        { role: "user", content: "Q" },
        { role: "assistant", content: "A" },
      ],
    },
    { messages: pair },
  ],
  [
    "ShareGPT with a system column",
    "sharegpt",
    { system: "S", conversations: [turn("human", "Q"), turn("gpt", "A")] },
    { systemMessage: "S", messages: pair },
  ],
  ["messages", "messages", { messages: pair }, { messages: pair }],
  [
    "messages with a developer role",
    "messages",
    { messages: [{ role: "developer", content: "S" }, ...pair] },
    { systemMessage: "S", messages: pair },
  ],
  [
    "messages of text parts",
    "messages",
    {
      messages: [
        { role: "user", content: [{ type: "text", text: "Q" }] },
        { role: "assistant", content: [{ type: "text", value: "A" }] },
      ],
    },
    { messages: pair },
  ],
  [
    "messages as Arrow exports them",
    "messages",
    { messages: pair.map((message) => ({ ...message, tool_calls: null, name: null })) },
    { messages: pair.map((message) => ({ ...message, extra: { tool_calls: null, name: null } })) },
  ],
  ["NuminaMath", "question-answer", { source: "x", problem: "Q", solution: "A", answer: "5" }, { messages: pair }],
  [
    "empty columns beside the used ones",
    "question-answer",
    { question: null, query: "Q", answer: null, response: "A" },
    { messages: pair },
  ],
  [
    "two system messages",
    "messages",
    { messages: [{ role: "system", content: "S" }, { role: "developer", content: "T" }, ...pair] },
    { systemMessage: "S\n\nT", messages: pair },
  ],
  ["prompt and completion", "prompt-completion", { prompt: "Q", completion: "A" }, { messages: pair }],
  ["prompt and completion as messages", "prompt-completion", { prompt: [pair[0]], completion: [pair[1]] }, { messages: pair }],
];

describe("row shapes of public sets", () => {
  test.each(shapes)("%s is %s", (_set, name, row, expected) => {
    const format = detectFormat("rows", [row, row]);
    expect(format.name).toBe(name);
    const { messages, systemMessage } = toConversation(row, format);
    expect({ messages, ...(systemMessage === undefined ? {} : { systemMessage }) }).toEqual(expected);
  });

  test("every format has a shape here", () => {
    expect(new Set(shapes.map(([, format]) => format))).toEqual(new Set(formats.map(({ name }) => name)));
  });
});

test("a message's other keys are carried along", () => {
  const messages = [
    { role: "user", content: "Q", name: "ann" },
    { role: "assistant", content: "A", weight: 1 },
  ];
  const format = detectFormat("rows", [{ messages }]);
  expect(toConversation({ messages, tools: [] }, format)).toEqual({
    messages: [
      { role: "user", content: "Q", extra: { name: "ann" } },
      { role: "assistant", content: "A", extra: { weight: 1 } },
    ],
    tools: [],
  });
});

test("an odd row does not sway detection", () => {
  const rows = [{ question: "Q", answer: "A" }, { messages: [] }, { question: "Q", answer: "A" }];
  expect(detectFormat("rows", rows).name).toBe("question-answer");
});
