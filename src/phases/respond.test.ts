import { describe, expect, test } from "vitest";
import { contextOf, modelOf, replyOf } from "../../test/fixtures/scripted-model.ts";
import type { ModelCall, ModelReply } from "../models/model.ts";
import type { Message } from "../records/message.ts";
import { uncalibrated } from "./calibration.ts";
import { settingsOf } from "./index.ts";
import { respond, type RespondSettings } from "./respond.ts";
import { beginRow, type RowUnderWay } from "./row-under-way.ts";
import type { PhaseContext } from "./step.ts";

const standard = settingsOf("standard").respond;
const conversation: readonly Message[] = [
  { role: "user", content: "First?" },
  { role: "assistant", content: "One." },
  { role: "user", content: "Second?" },
  { role: "assistant", content: "Two." },
];

/** Takes a row through the phase, with these replies one after the other. */
async function responded(
  replies: readonly (string | ModelReply)[],
  settings: Partial<RespondSettings> = {},
  { messages = conversation, maxReasks = 2 }: { messages?: readonly Message[]; maxReasks?: number } = {},
): Promise<{ row: RowUnderWay; calls: ModelCall[] }> {
  const calls: ModelCall[] = [];
  const scripted = modelOf(async (count) => {
    const reply = replies[count] ?? "no reply is left";
    return typeof reply === "string" ? replyOf(reply) : reply;
  });
  const { purpose, signal } = contextOf();
  const context: PhaseContext = {
    model: {
      ...scripted,
      call(call, callContext) {
        calls.push(call);
        return scripted.call(call, callContext);
      },
    },
    purpose,
    signal,
    maxRetries: 12,
    maxReasks,
    round: 0,
    seed: undefined,
    onUsage: () => undefined,
    filter: settingsOf("standard").filter,
    calibration: async () => uncalibrated,
    regenerate: async (same) => same,
  };
  const begun = { ...beginRow({ id: "a", line: 1, messages, columns: {} }), systemMessage: "Be brief." };
  return { row: await respond.run(begun, { ...standard, ...settings }, context), calls };
}

const contents = ({ messages }: RowUnderWay): string[] => messages.map(({ content }) => content);

describe("turns", () => {
  test("all: each response is written under the system message, with the new responses as history", async () => {
    const { row, calls } = await responded(["New one.", " New two.\n"]);
    expect(contents(row)).toEqual(["First?", "New one.", "Second?", "New two."]);
    expect(row.originalResponses).toEqual(["One.", "Two."]);
    expect(calls[1]?.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "First?" },
      { role: "assistant", content: "New one." },
      { role: "user", content: "Second?" },
    ]);
  });

  test("last: only the last response is written anew", async () => {
    const { row, calls } = await responded(["New two."], { turns: "last" });
    expect(contents(row)).toEqual(["First?", "One.", "Second?", "New two."]);
    expect(calls).toHaveLength(1);
  });
});

describe("policies of gates", () => {
  const once: readonly Message[] = conversation.slice(0, 2);

  test("retry asks again at a higher temperature, and records what was found", async () => {
    const { row, calls } = await responded(["", "New."], { temperature: 0 }, { messages: once });
    expect(contents(row)).toEqual(["First?", "New."]);
    expect(calls.map(({ attempt, sampling }) => [attempt, sampling.temperature])).toEqual([
      [0, 0],
      [1, 0.3],
    ]);
    expect(row.gates).toEqual([{ gate: "empty", turn: 0, detail: "the response is empty", action: "retried" }]);
  });

  test("code that no longer parses is asked for again", async () => {
    const fenced = (code: string): string => `\`\`\`python\n${code}\n\`\`\``;
    const messages: readonly Message[] = [
      { role: "user", content: "Write a Python function." },
      { role: "assistant", content: fenced("def f():\n    return 1") },
    ];
    const good = fenced("def f():\n    return 2");
    const { row } = await responded([fenced("def f():\nreturn 2"), "It returns two.", good], {}, { messages });
    expect(contents(row)).toEqual(["Write a Python function.", good]);
    expect(row.gates.map(({ gate }) => gate)).toEqual(["broken-code", "lost-form"]);
  });

  test("a retry that is used up keeps the original, and the rest of the conversation goes on", async () => {
    const { row } = await responded(["", "", "", "New two."]);
    expect(contents(row)).toEqual(["First?", "One.", "Second?", "New two."]);
    expect(row.gates.map(({ action }) => action)).toEqual(["retried", "retried", "kept-original"]);
  });

  test("or drops the row, if whenExhausted says so", async () => {
    const dropping = responded(["", ""], { whenExhausted: "drop" }, { messages: once, maxReasks: 1 });
    await expect(dropping).rejects.toMatchObject({ phase: "respond", reason: "gate-empty", message: "response 1: the response is empty" });
  });

  test("keep-original and drop do not ask again", async () => {
    const kept = await responded([""], { gates: { empty: "keep-original" } }, { messages: once });
    expect([contents(kept.row), kept.calls.length]).toEqual([["First?", "One."], 1]);
    await expect(responded([""], { gates: { empty: "drop" } }, { messages: once })).rejects.toMatchObject({ reason: "gate-empty" });
  });

  test("a gate that is off, or that the settings do not name, does not look", async () => {
    const cutShort: ModelReply = { ...replyOf("New"), finishReason: "length" };
    for (const gates of [{ truncated: "off" }, {}, { "unknown-gate": "retry" }] as const) {
      const { row } = await responded([cutShort], { gates }, { messages: once });
      expect([contents(row), row.gates]).toEqual([["First?", "New"], []]);
    }
  });
});

test("tool calls are history, and results in a row are one turn of the user", async () => {
  const call = { tool_calls: [{ function: { name: "f" } }] };
  const { row, calls } = await responded(
    ["Done."],
    {},
    {
      messages: [
        { role: "user", content: "Do." },
        { role: "assistant", content: "", extra: call },
        { role: "tool", content: "1" },
        { role: "tool", content: "2" },
        { role: "assistant", content: "Old.", extra: { weight: 1, reasoning_content: "hm" } },
      ],
    },
  );
  expect(calls[0]?.messages.slice(1)).toEqual([
    { role: "user", content: "Do." },
    { role: "assistant", content: JSON.stringify(call.tool_calls) },
    { role: "user", content: "Tool result:\n1\n\nTool result:\n2" },
  ]);
  expect(row.messages.at(-1)).toEqual({ role: "assistant", content: "Done.", extra: { weight: 1 } });
});
