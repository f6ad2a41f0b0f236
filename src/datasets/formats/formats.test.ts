import { describe, expect, test } from "vitest";
import { toExample } from "../to-example.ts";
import { isResponse, isToolCall, type Message } from "../../records/message.ts";
import { columnsFormat } from "./columns.ts";
import { withSystem } from "./conversation.ts";
import { RowError, type Columns, type Format } from "./format.ts";
import type { Example } from "../../records/example.ts";
import { detectFormat, formats } from "./index.ts";

function toConversation(row: unknown, format: Format): Omit<Example, "id" | "line"> {
  const { id: _id, line: _line, ...conversation } = toExample({ id: "1", line: 1 }, row, format);
  return conversation;
}

const pair = [
  { role: "user", content: "Q" },
  { role: "assistant", content: "A" },
];
const turn = (from: string, value: string): object => ({ from, value });

// Row shapes of public datasets, with values of our own.
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
    "capybara",
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
  ["messages of from and value", "sharegpt", { messages: [turn("human", "Q"), turn("gpt", "A")], id: "1" }, { messages: pair }],
  [
    "speaker and text",
    "sharegpt",
    {
      conversation: [
        { speaker: "User", text: "Q" },
        { speaker: "Bot", text: "A" },
      ],
    },
    { messages: pair },
  ],
  [
    "a dialogue of author and message",
    "sharegpt",
    {
      dialogue: [
        { author: "human", message: "Q" },
        { author: "AI", message: "A" },
      ],
    },
    { messages: pair },
  ],
  [
    "OpenHermes with a system_prompt",
    "sharegpt",
    { system_prompt: "S", conversations: [turn("human", "Q"), turn("gpt", "A")] },
    { systemMessage: "S", messages: pair },
  ],
  ["messages with a systemMessage", "messages", { systemMessage: "S", messages: pair }, { systemMessage: "S", messages: pair }],
  ["LIMA", "turns", { conversations: ["Q", "A"], source: "x" }, { messages: pair }],
  ["UltraChat", "turns", { id: "0", data: ["Q", "A", "Q", "A"] }, { messages: [...pair, ...pair] }],
  ["a preference of texts", "preference", { prompt: "Q", chosen: "A", rejected: "B" }, { messages: pair }],
  [
    "a preference of whole conversations",
    "preference",
    { prompt: "Q", chosen: pair, rejected: [pair[0], { role: "assistant", content: "B" }] },
    { messages: pair },
  ],
  [
    "LLaMA-Factory's preference",
    "preference",
    { conversations: [turn("human", "Q")], chosen: turn("gpt", "A"), rejected: turn("gpt", "B") },
    { messages: pair },
  ],
  ["HH-RLHF", "preference", { chosen: "\n\nHuman: Q\n\nAssistant: A", rejected: "\n\nHuman: Q\n\nAssistant: B" }, { messages: pair }],
  [
    "a question with its context",
    "question-answer",
    { question: "Q", context: "C", answer: "A" },
    { messages: [asked("Q\nC"), answered("A")] },
  ],
  [
    "a question with its passage",
    "question-answer",
    { Passage: "C", Question: "Q", Answer: "A" },
    { messages: [asked("Q\nC"), answered("A")] },
  ],
  [
    "an instruction with a document",
    "alpaca",
    { instruction: "Q", document: "C", input: "I", output: "A" },
    { messages: [asked("Q\nC\nI"), answered("A")] },
  ],
  [
    "an instruction before a question",
    "question-answer",
    { instruction: "Do.", question: "Q", answer: "A" },
    { messages: [asked("Do.\nQ"), answered("A")] },
  ],
  ["an input of nothing", "alpaca", { instruction: "Q", input: "<noinput>", output: "A" }, { messages: pair }],
  ["an input alone", "alpaca", { instruction: " ", input: "I", output: "A" }, { messages: [asked("I"), answered("A")] }],
  [
    "a prompt with a context",
    "prompt-completion",
    { prompt: "Q", context: "C", completion: "A" },
    { messages: [asked("Q\nC"), answered("A")] },
  ],
  [
    "SQuAD",
    "question-answer",
    { id: "1", title: "T", context: "C", question: "Q", answers: { text: ["A"], answer_start: [0] } },
    { messages: [asked("Q\nC"), answered("A")] },
  ],
  ["BoolQ", "question-answer", { question: "Q", passage: "C", answer: true }, { messages: [asked("Q\nC"), answered("Yes")] }],
  [
    "MMLU",
    "question-answer",
    { question: "Q", subject: "s", choices: ["x", "y", "z"], answer: 1 },
    { messages: [asked("Q\nA. x\nB. y\nC. z"), answered("B. y")] },
  ],
  [
    "ARC",
    "question-answer",
    { question: "Q", choices: { text: ["x", "y"], label: ["1", "2"] }, answerKey: "2" },
    { messages: [asked("Q\nA. x\nB. y"), answered("B. y")] },
  ],
  [
    "HellaSwag",
    "question-answer",
    { ctx: "Q", endings: ["x", "y", "z", "w"], label: "3" },
    { messages: [asked("Q\nA. x\nB. y\nC. z\nD. w"), answered("D. w")] },
  ],
  [
    "options in columns of their letters",
    "question-answer",
    { question: "Q", A: "x", B: "y", C: "z", answer: "C" },
    { messages: [asked("Q\nA. x\nB. y\nC. z"), answered("C. z")] },
  ],
  [
    "MedMCQA",
    "question-answer",
    { question: "Q", opa: "x", opb: "y", cop: 0, exp: "because" },
    { messages: [asked("Q\nA. x\nB. y"), answered("A. x")] },
  ],
  [
    "WinoGrande",
    "question-answer",
    { sentence: "Q", option1: "x", option2: "y", answer: "1" },
    { messages: [asked("Q\nA. x\nB. y"), answered("A. x")] },
  ],
  [
    "SocialIQA",
    "question-answer",
    { context: "C", question: "Q", answerA: "x", answerB: "y", answerC: "z", label: "2" },
    { messages: [asked("Q\nC\nA. x\nB. y\nC. z"), answered("B. y")] },
  ],
  [
    "MedQA",
    "question-answer",
    { question: "Q", options: { A: "x", B: "y" }, answer: "y", answer_idx: "B" },
    { messages: [asked("Q\nA. x\nB. y"), answered("B. y")] },
  ],
  [
    "AQuA-RAT",
    "question-answer",
    { question: "Q", options: ["A)21", "B)22"], rationale: "r", correct: "B" },
    { messages: [asked("Q\nA. 21\nB. 22"), answered("B. 22")] },
  ],
  [
    "options as Python's text",
    "question-answer",
    { question: "Q", choices: "{'text': array(['x', 'y'], dtype=object), 'label': array(['A', 'B'], dtype=object)}", answerKey: "A" },
    { messages: [asked("Q\nA. x\nB. y"), answered("A. x")] },
  ],
];

function asked(content: string): object {
  return { role: "user", content };
}

function answered(content: string): object {
  return { role: "assistant", content };
}

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
    columns: {},
  });
});

test("an odd row does not sway detection", () => {
  const rows = [{ question: "Q", answer: "A" }, { messages: [] }, { question: "Q", answer: "A" }];
  expect(detectFormat("rows", rows).name).toBe("question-answer");
});

/** Rows in unusual spellings, in addition to the shapes above. */
const spellings: readonly [string, object][] = [
  [
    "several tool calls",
    {
      conversations: [
        turn("human", "Q"),
        turn("function_call", '[{"name":"f","arguments":{"a":1}},{"name":"g","arguments":{}}]'),
        turn("observation", "{}"),
        turn("gpt", "A"),
      ],
      tools: "[]",
    },
  ],
  [
    "tool calls of OpenAI",
    {
      messages: [
        { role: "user", content: "Q" },
        { role: "assistant", content: null, tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "1", content: "3" },
        { role: "assistant", content: "A" },
      ],
      tools: [{ type: "function" }],
    },
  ],
  [
    "the legacy call of OpenAI",
    {
      messages: [
        { role: "user", content: "Q" },
        { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
        { role: "function", name: "f", content: "3" },
        { role: "assistant", content: "A" },
      ],
    },
  ],
  ["messages as JSON text", { messages: JSON.stringify(pair), note: "kept" }],
  ["a system column and a system turn", { system: "S", messages: [{ role: "system", content: "T" }, ...pair] }],
  ["an empty system column", { system: "", conversations: [turn("human", "Q"), turn("gpt", "A")] }],
  ["self-instruct", { id: "seed", name: "n", instruction: "Q", instances: [{ input: "more", output: "A" }], is_classification: false }],
  ["Alpaca with an empty history", { instruction: "Q", input: "", output: "A", system: "", history: [] }],
  ["a number for an answer", { question: "Q", answer: 7, level: 3, tags: ["a"] }],
  ["Capybara with more keys", { source: "x", conversation: [{ input: "Q", output: "A", score: 1, system: "S" }] }],
  ["plain prompt and completion", { prompt: "Q", completion: "A", weight: 0.5 }],
];

describe("writing", () => {
  const rows = [...shapes.map(([name, , row]): [string, object] => [name, row]), ...spellings];
  const changed = (text: string): string => `${text}, changed`;

  test.each(rows)("%s: written like itself, the row is equal again", (_name, value) => {
    const row = value as Columns;
    const format = detectFormat("rows", [row]);
    const { messages, systemMessage, tools } = toConversation(row, format);
    const conversation = { messages: withSystem(systemMessage, messages), ...(tools === undefined ? {} : { tools }) };
    expect(format.write(conversation, row)).toEqual(row);
  });

  test.each(rows)("%s: a new system message and new responses are read back, in the row's spelling", (_name, value) => {
    const row = value as Columns;
    const format = detectFormat("rows", [row]);
    const { messages, tools, columns } = toConversation(row, format);
    const turns = messages.map((message) => (isResponse(message) ? { ...message, content: changed(message.content) } : message));
    for (const systemMessage of ["a new one", undefined]) {
      const written = format.write({ messages: withSystem(systemMessage, turns), ...(tools === undefined ? {} : { tools }) }, row);
      const again = toConversation(written, format);
      expect(again).toEqual({
        messages: turns,
        columns,
        ...(systemMessage && { systemMessage }),
        ...(tools === undefined ? {} : { tools }),
      });
      expect(new Set([...Object.keys(row), "system"])).toEqual(new Set([...Object.keys(written), "system"]));
    }
  });

  test.each(rows)("%s: into every format that has a place for it, and back", (_name, value) => {
    const row = value as Columns;
    const { messages, tools } = toConversation(row, detectFormat("rows", [row]));
    const conversation = {
      messages: withSystem(
        "S",
        messages.map(({ role, content, extra }) =>
          extra && isToolCall({ role, content, extra }) ? { role, content, extra } : { role, content },
        ),
      ),
      ...(tools === undefined ? {} : { tools }),
    };
    for (const format of formats) {
      let written: Columns;
      try {
        written = format.write(conversation);
      } catch (error) {
        expect(error).toBeInstanceOf(RowError);
        expect(["tool-calls", "several-turns"]).toContain((error as RowError).reason);
        continue;
      }
      const again = toConversation(written, format);
      expect(again.messages.map(({ role, content }) => [role, content])).toEqual(messages.map(({ role, content }) => [role, content]));
      expect(again.systemMessage).toBe("S");
      expect(detectFormat("rows", [written]).name).toBe(format.name);
    }
  });

  test("the user's own columns, by name and by path", () => {
    const row = { id: 4, meta: { turns: [{ text: "Q" }, { text: "A", by: "x" }] }, score: 1 };
    const format = columnsFormat({ instruction: "meta.turns.0.text", response: "meta.turns.1.text", system: "meta.system" });
    const { messages, columns } = toConversation(row, format);
    expect(messages).toEqual(pair);
    expect(columns).toEqual(row);
    expect(format.write({ messages }, row)).toEqual(row);
    const other = format.write({ messages: withSystem("S", [pair[0] as Message, { role: "assistant", content: "B" }]) }, row);
    expect(other).toEqual({ id: 4, meta: { system: "S", turns: [{ text: "Q" }, { text: "B", by: "x" }] }, score: 1 });
    expect(columnsFormat({ instruction: "in", response: "out" }).write({ messages })).toEqual({ in: "Q", out: "A" });
    expect(() => format.read({ id: 1 })).toThrow(/column "meta.turns.0.text": expected string, found nothing; the row has id/);
  });
});

test("messages as Python's text are read, and written as JSON text", () => {
  const row = { messages: "[{'role': 'user', 'content': \"It's Q\"}\n {'role': 'assistant', 'content': 'A\\nB \\xe9'}]" };
  const format = detectFormat("rows", [row]);
  const { messages } = toConversation(row, format);
  expect(messages).toEqual([
    { role: "user", content: "It's Q" },
    { role: "assistant", content: "A\nB \u00e9" },
  ]);
  expect(format.write({ messages }, row)).toEqual({ messages: JSON.stringify(messages) });
});
