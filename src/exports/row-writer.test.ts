import { describe, expect, test } from "vitest";
import { formatByName } from "../datasets/formats/index.ts";
import type { Message } from "../records/message.ts";
import type { ExportedRow } from "./exported-row.ts";
import { rowWriter, type RowWriterOptions } from "./row-writer.ts";
import { trainerByName } from "./trainers/index.ts";
import { inVariant, type SystemChoice } from "./variant.ts";

const old = "The Loire is the longest river of France.";

function rowOf(row: Partial<ExportedRow>): ExportedRow {
  return {
    id: "1",
    turns: [
      { role: "user", content: "Which river is the longest?" },
      { role: "assistant", content: "It is the Loire." },
    ],
    systemMessage: "You know rivers.",
    originalSystemMessage: undefined,
    originalResponses: [old],
    tools: undefined,
    columns: {},
    facts: { phrases: [], removed: [], originalResponses: [old], model: "m", judgeModel: "m", gates: [], tokens: { input: 0, output: 0 } },
    source: undefined,
    ...row,
  };
}

function write(format: string, row: Partial<ExportedRow>, trainer?: string, options: Partial<RowWriterOptions> = {}) {
  return rowWriter({
    format: formatByName(format),
    variant: { responses: "new", system: { kind: "generated" }, systemRole: "system" },
    likeSource: trainer === undefined,
    trainer: trainer === undefined ? undefined : trainerByName(trainer),
    survey: { hasTools: false, multiTurn: false },
    ...options,
  })(rowOf(row));
}

describe("columns that hold the old response", () => {
  const source = {
    instruction: "Which river is the longest?",
    input: "",
    output: old,
    text: `Which river is the longest?\n${old}`,
    topic: "x",
  };

  test("are left out beside the new one", () => {
    expect(write("alpaca", { source })).toEqual({
      instruction: source.instruction,
      input: "",
      output: "It is the Loire.",
      topic: "x",
      system: "You know rivers.",
    });
  });

  test("stay beside the old one", () => {
    const variant = { responses: "original", system: { kind: "none" }, systemRole: "system" } as const;
    expect(write("alpaca", { source }, undefined, { variant })).toEqual(source);
  });
});

describe("trainers", () => {
  const turns: Message[] = [
    { role: "user", content: "Q" },
    { role: "assistant", content: "", extra: { function_call: { name: "f", arguments: "{}" } } },
    { role: "tool", content: "3" },
    { role: "assistant", content: "bad", extra: { loss: false } },
    { role: "user", content: "Q" },
    { role: "assistant", content: "good", extra: { loss: true } },
  ];

  test("OpenAI gets every mask as weight 0", () => {
    const { messages } = write("messages", { turns }, "openai");
    expect(messages).toContainEqual({ role: "assistant", content: "bad", weight: 0 });
    expect(messages).toContainEqual({ role: "assistant", content: "good" });
  });

  test("a legacy call becomes a tool call", () => {
    for (const format of ["messages", "sharegpt"])
      expect(JSON.stringify(write(format, { turns }, "axolotl"))).not.toContain('"function_call":{');
    expect(write("messages", { turns }, "axolotl")["messages"]).toContainEqual({
      role: "assistant",
      content: "",
      tool_calls: [{ type: "function", function: { name: "f", arguments: "{}" } }],
    });
  });
});

test("tools that the row's own system message defines stay in every variant", () => {
  const own = '<tools>[{"name": "f"}]</tools>';
  const row = rowOf({ originalSystemMessage: own, systemMessage: `You know rivers.\n\n${own}` });
  const choices: SystemChoice[] = [{ kind: "generated" }, { kind: "none" }, { kind: "original" }, { kind: "common", text: "Help." }];
  for (const system of choices) expect(inVariant(row, { responses: "new", system, systemRole: "system" })[0]?.content).toContain(own);
});
