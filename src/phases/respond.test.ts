import { describe, expect, test } from "vitest";
import { contextOfStep, modelOf, replyOf } from "../../test/fixtures/scripted-model.ts";
import { shown } from "../../test/fixtures/model-server.ts";
import type { Model, ModelCall, ModelReply } from "../models/model.ts";
import type { Message } from "../records/message.ts";
import type { GateRecord } from "../records/outcome.ts";
import { uncalibrated } from "./calibration.ts";
import { settingsOf } from "./index.ts";
import { respond, type RespondSettings } from "./respond.ts";
import { beginRow, type RowUnderWay } from "./row-under-way.ts";
import type { PhaseContext } from "./step.ts";
import { standardTags } from "../records/system-message/tag-set.ts";

const standard = settingsOf("standard").respond;
const conversation: readonly Message[] = [
  { role: "user", content: "First?" },
  { role: "assistant", content: "One." },
  { role: "user", content: "Second?" },
  { role: "assistant", content: "Two." },
];

/** What a judge says of a new response, which stands last in what it is shown. */
interface Judge {
  /** Log-odds that the response follows its system message. Undefined for no readable answer. */
  readonly obeys: (response: string) => number | undefined;
  /** The place of the better response of two, 1 or 2. */
  readonly better?: (first: string, second: string) => 1 | 2;
}

function judgeOf({ obeys, better = () => 1 }: Judge): Model {
  return {
    ...modelOf(async () => replyOf("")),
    async call({ messages, questions: [question] = [] }) {
      const parts = shown(messages.at(-1)?.content ?? "");
      if (question?.labels[0] === "1") return replyOf(String(better(parts["response 1"] ?? "", parts["response 2"] ?? "")));
      const odds = obeys(parts["response"] ?? "");
      return odds === undefined ? replyOf("?") : { ...replyOf(""), scores: [[odds, 0]] };
    },
  };
}

/** Takes a row through the phase, with these replies one after the other. */
async function responded(
  replies: readonly (string | ModelReply)[],
  settings: Partial<RespondSettings> = {},
  {
    messages = conversation,
    tools,
    maxReasks = 2,
    looksForeign = false,
    judge,
    columns = {},
  }: {
    messages?: readonly Message[];
    tools?: unknown;
    maxReasks?: number;
    looksForeign?: boolean;
    judge?: Judge;
    columns?: Record<string, unknown>;
  } = {},
): Promise<{ row: RowUnderWay; calls: ModelCall[] }> {
  const calls: ModelCall[] = [];
  const scripted = modelOf(async (count) => {
    const reply = replies[count] ?? "no reply is left";
    return typeof reply === "string" ? replyOf(reply) : reply;
  });
  const context: PhaseContext = {
    ...contextOfStep({
      ...scripted,
      call(call, callContext) {
        calls.push(call);
        return scripted.call(call, callContext);
      },
    }),
    maxReasks,
    tags: standardTags,
    tagShares: {},
    filter: settingsOf("standard").filter,
    calibration: async () => uncalibrated,
    regenerate: async (same) => same,
    check: judge === undefined ? contextOfStep() : contextOfStep(judgeOf(judge)),
    obedience: async () => ({ rows: 24, line: 1, auc: 0.9 }),
  };
  const begun = { ...beginRow({ id: "a", line: 1, messages, tools, columns }), systemMessage: "Be brief.", looksForeign };
  return { row: await respond.run(begun, { ...standard, ...settings }, context), calls };
}

const found = ({ gates }: RowUnderWay): readonly GateRecord[] => gates.filter(({ action }) => action !== "not-checked");
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

describe("what becomes a response", () => {
  const once: readonly Message[] = conversation.slice(0, 2);
  const written = async (reply: string, original = "One."): Promise<string | undefined> =>
    contents(
      (
        await responded(
          [reply],
          {},
          {
            messages: [
              { role: "user", content: "First?" },
              { role: "assistant", content: original },
            ],
          },
        )
      ).row,
    )[1];

  test("the answer behind reasoning, without tokens and headers", async () => {
    expect(await written("<thinking>secret</thinking>\nNew one.<|end|>")).toBe("New one.");
    expect(await written("<|channel|>analysis<|message|>secret<|end|><|start|>assistant<|channel|>final<|message|>New one.")).toBe(
      "New one.",
    );
    expect(await written("Assistant: New one.")).toBe("New one.");
  });

  test("the first line with its indentation", async () => {
    const original = "    return x+1\n";
    expect(await written("    y = x + 1\n    return y\n", original)).toBe("    y = x + 1\n    return y");
    expect(await written("\n\n\treturn x", original)).toBe("\treturn x");
    expect(await written(" return x", original)).toBe(" return x");
    expect(await written(" y = 1\n return y")).toBe(" y = 1\n return y");
    expect(await written(" New one.\n\nIt is new. ")).toBe("New one.\n\nIt is new.");
  });

  test("a reply that ended for an unknown reason is asked for again, and never taken", async () => {
    const odd: ModelReply = { ...replyOf("The Seine is a"), finishReason: "other", endedBy: 'finish reason "odd"' };
    const { row, calls } = await responded([odd, "New one."], { gates: {} }, { messages: once });
    expect(contents(row)[1]).toBe("New one.");
    expect(calls.map(({ attempt }) => attempt)).toEqual([0, 1]);
    await expect(responded([odd, odd, odd], { gates: {} }, { messages: once })).rejects.toThrow('ended with finish reason "odd"');
  });

  test("turns of its own and what looks like reasoning are asked for again", async () => {
    const replies = ["New.\n\nUser: And?\n\nAssistant: So.", "Sure.\n<think>\nsecret", "New one."];
    const { row } = await responded(replies, {}, { messages: once });
    expect(contents(row)[1]).toBe("New one.");
    expect(row.gates.map(({ gate }) => gate)).toEqual(["runs-on", "leak"]);
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
    expect(found(row)).toEqual([{ gate: "empty", turn: 0, detail: "the response is empty", action: "retried" }]);
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
    expect(found(row).map(({ gate }) => gate)).toEqual(["broken-code", "lost-form"]);
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

describe("the original", () => {
  const messages = conversation.slice(0, 2);

  test("is not kept under a message that does not look like the row's own", async () => {
    const row = responded(["", ""], {}, { messages, maxReasks: 1, looksForeign: true });
    await expect(row).rejects.toMatchObject({ phase: "respond", reason: "original-under-foreign-message" });
    const kept = responded([""], { gates: { empty: "keep-original" } }, { messages, looksForeign: true });
    await expect(kept).rejects.toMatchObject({ reason: "original-under-foreign-message" });
  });

  test("such a row keeps a new response, and one that a gate drops says which gate it was", async () => {
    expect(contents((await responded(["", "New."], {}, { messages, looksForeign: true })).row)).toEqual(["First?", "New."]);
    const dropped = responded([""], { gates: { empty: "drop" } }, { messages, looksForeign: true });
    await expect(dropped).rejects.toMatchObject({ reason: "gate-empty" });
  });

  test("that would be kept is a reason to write the message again", () => {
    expect(respond.retriesFrom("original-under-foreign-message")).toBe("generate");
    expect(respond.retriesFrom("gate-judge")).toBe("respond");
  });
});

describe("the judge's check", () => {
  const messages = conversation.slice(0, 2);
  const disobedient = (response: string): number => (response === "New." ? 1 : 0.99);
  const checked = (check: RespondSettings["check"], replies: readonly string[], judge: Judge, more: Partial<RespondSettings> = {}) =>
    responded(replies, { check, ...more }, { messages, judge });

  test("finds a response below the line of obedience, and none at it", async () => {
    const { row, calls } = await checked("retry", ["Bad.", "New."], { obeys: disobedient, better: newIsBetter });
    expect([contents(row), calls.length]).toEqual([["First?", "New."], 2]);
    const detail = "the judge says that it does not follow the system message";
    expect(found(row)).toEqual([{ gate: "judge", turn: 0, detail, action: "retried" }]);
  });

  test("finds a response than which the original is better, if both orders say so", async () => {
    const obeys = (): number => 5;
    const worse = await checked("keep-original", ["New."], { obeys, better: (first) => (first === "One." ? 1 : 2) });
    expect(contents(worse.row)).toEqual(["First?", "One."]);
    expect(worse.row.gates).toMatchObject([{ gate: "judge", detail: expect.stringContaining("answers the user better") }]);
    for (const place of [1, 2] as const) {
      const { row } = await checked("keep-original", ["New."], { obeys, better: () => place });
      expect([contents(row), found(row)]).toEqual([["First?", "New."], []]);
    }
  });

  test("follows the policy, as a gate does", async () => {
    const judge: Judge = { obeys: () => -3 };
    await expect(checked("drop", ["Bad."], judge)).rejects.toMatchObject({ phase: "respond", reason: "gate-judge" });
    const retried = await checked("retry", ["a", "b", "c"], judge);
    expect([contents(retried.row), retried.calls.length]).toEqual([["First?", "One."], 3]);
    await expect(checked("retry", ["a", "b", "c"], judge, { whenExhausted: "drop" })).rejects.toMatchObject({ reason: "gate-judge" });
    expect(contents((await checked("keep-original", ["a"], judge)).row)).toEqual(["First?", "One."]);
    expect(contents((await checked("off", ["a"], judge)).row)).toEqual(["First?", "a"]);
  });

  test("is not asked about what a gate found, and an answer that cannot be read finds nothing", async () => {
    const asked: string[] = [];
    const obeys = (response: string): undefined => void asked.push(response);
    const { row } = await checked("drop", ["", "New."], { obeys, better: newIsBetter });
    expect(contents(row)).toEqual(["First?", "New."]);
    expect(new Set(asked)).toEqual(new Set(["New."]));
  });
});

function newIsBetter(first: string): 1 | 2 {
  return first === "One." ? 2 : 1;
}

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

describe("turns that are not written anew", () => {
  test("a masked turn and a call in text stay as they are, and cost no call", async () => {
    const call = '<tool_call>{"name":"f"}</tool_call>';
    const messages: Message[] = [
      { role: "user", content: "Name a river." },
      { role: "assistant", content: "Paris.", extra: { loss: false, note: "bad" } },
      { role: "user", content: "No. Look it up." },
      { role: "assistant", content: call },
      { role: "tool", content: "Loire" },
      { role: "assistant", content: "The Loire.", extra: { trainable: true, reasoning_content: "hm" } },
    ];
    const { row, calls } = await responded(["It is the Loire."], {}, { messages, tools: [{ name: "f" }] });
    expect(calls).toHaveLength(1);
    expect(row.messages).toEqual([
      ...messages.slice(0, -1),
      { role: "assistant", content: "It is the Loire.", extra: { trainable: true } },
    ]);
    expect(row.originalResponses).toEqual(["Paris.", call, "The Loire."]);
    expect(calls[0]?.messages[0]?.content).toContain('[{"name":"f"}]');
  });

  test("a legacy function_call is shown to the model as what it calls", async () => {
    const messages: Message[] = [
      { role: "user", content: "Weather?" },
      { role: "assistant", content: "", extra: { function_call: { name: "weather", arguments: "{}" } } },
      { role: "tool", content: "3" },
      { role: "assistant", content: "3 degrees" },
    ];
    const { calls } = await responded(["It has 3 degrees."], {}, { messages });
    const shownTurns = calls[0]?.messages.map(({ content }) => content).join("\n") ?? "";
    expect(shownTurns).toContain("weather");
    expect(shownTurns).not.toContain("undefined");
  });

  test("an original that is kept comes without its reasoning, as new responses do", async () => {
    const messages: Message[] = [
      { role: "user", content: "First?" },
      { role: "assistant", content: "<think>One, surely.</think>\n\nOne." },
      { role: "user", content: "Second?" },
      { role: "assistant", content: "<think>Two, surely.</think>\n\nTwo." },
    ];
    const { row } = await responded([""], { turns: "last" }, { messages, maxReasks: 0 });
    expect(contents(row)).toEqual(["First?", "One.", "Second?", "Two."]);
    expect(row.originalResponses).toEqual(messages.filter(({ role }) => role === "assistant").map(({ content }) => content));
  });
});

describe("final answers", () => {
  const asked = (...originals: string[]): Message[] =>
    originals.flatMap((content, index): Message[] => [
      { role: "user", content: `What is ${index}+2?` },
      { role: "assistant", content },
    ]);

  test("a row is checked if one of its answers was compared, and the record says which was not", async () => {
    const messages = asked("Think of a line.\nStep along it.", "<answer>3</answer>");
    const { row } = await responded(["Take two steps.", "The answer is 5.", "La respuesta es 3."], {}, { messages });
    expect(row.answers).toBe("checked");
    expect(row.gates).toEqual([
      { gate: "wrong-answer", turn: 0, detail: "A states no final answer", action: "not-checked" },
      { gate: "wrong-answer", turn: 1, detail: "expected the final answer 3, found 5", action: "retried" },
    ]);
  });

  test("a row without an answer is not checked, even if its original is kept", async () => {
    const messages = asked("Think of a line.\nStep along it.");
    for (const reply of ["Take two steps.", ""]) {
      const { row } = await responded([reply], {}, { messages, maxReasks: 0 });
      expect([row.answers, row.gates.at(-1)?.action]).toEqual(["not-checked", "not-checked"]);
    }
  });

  test("an original that is kept for its answer counts as checked", async () => {
    const { row } = await responded(["5"], {}, { messages: asked("2"), maxReasks: 0 });
    expect([row.answers, row.gates.map(({ action }) => action)]).toEqual(["checked", ["kept-original"]]);
  });

  test("a run whose gate is off says nothing of answers", async () => {
    const { row } = await responded(["5"], { gates: {} }, { messages: asked("2") });
    expect([row.answers, row.gates]).toEqual([undefined, []]);
  });

  test("a column of the row is about its last response", async () => {
    const messages = asked("Two it is, all\nin all.", "Three it is, all\nin all.");
    const { row } = await responded(["It is 7.", "It is 9.", "It is 3."], {}, { messages, columns: { expected_answer: 3 } });
    expect(contents(row).filter((content) => content.startsWith("It is"))).toEqual(["It is 7.", "It is 3."]);
  });
});
