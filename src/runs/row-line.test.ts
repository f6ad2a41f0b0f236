import { describe, expect, test } from "vitest";
import type { Done, Rejected } from "../records/outcome.ts";
import { idAtStart, outcomeLine, readDoneLine, readRejectedLine, readRowLine } from "./row-line.ts";

const origin = (columns: object = {}) => ({ id: "7", row: { line: 3, raw: JSON.stringify(columns), value: columns }, file: undefined });
const names = { model: "m", judgeModel: "j" };
const done: Done = {
  outcome: "done",
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Why?" },
    { role: "assistant", content: "So.", extra: { name: "a" } },
  ],
  columns: { id: 7, source: "s", messages: "taken" },
  phrases: [{ tag: "Style", text: "Be brief.", verdict: "good", repairs: ["case"] }],
  removed: [{ reason: "duplicate", text: "Be brief." }],
  originalResponses: ["Because."],
  responses: ["new"],
  replacedSystemMessage: undefined,
  gates: [{ gate: "leak", turn: 0, detail: "d", action: "retried" }],
  usage: { inputTokens: 1, outputTokens: 2 },
};
const rejected: Rejected = { outcome: "dropped", phase: "verify", reason: "no-good-phrase", detail: "d", removed: [] };

test("a line of dataset.jsonl, byte by byte", () => {
  expect(outcomeLine(done, origin(), names)).toBe(
    `{"id":"7","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Why?"},{"role":"assistant","content":"So.","name":"a"}],` +
      `"sysgen":{"phrases":[{"tag":"Style","text":"Be brief.","verdict":"good","repairs":["case"]}],"removed":[{"reason":"duplicate","text":"Be brief."}],` +
      `"originalResponses":["Because."],"responses":["new"],"model":"m","judgeModel":"j","gates":[{"gate":"leak","turn":0,"detail":"d","action":"retried"}],"tokens":{"input":1,"output":2}},` +
      `"source":"s","original_messages":"taken"}`,
  );
});

test("a line of rejected.jsonl, byte by byte", () => {
  expect(outcomeLine(rejected, { ...origin({ q: 1 }), file: "a.jsonl" }, names)).toBe(
    `{"id":"7","file":"a.jsonl","line":3,"outcome":"dropped","phase":"verify","reason":"no-good-phrase","detail":"d","raw":"{\\"q\\":1}"}`,
  );
});

test("what is written is read", () => {
  const line = outcomeLine(done, origin(), names);
  expect(readRowLine(line)).toEqual(readDoneLine(line));
  expect(readDoneLine(line)).toMatchObject({ id: "7", messages: done.messages, columns: { source: "s", original_messages: "taken" } });
  const other = outcomeLine(rejected, origin(), names);
  expect(readRowLine(other)).toEqual(readRejectedLine(other));
  expect(readRejectedLine(other)).toMatchObject({ outcome: "dropped", phase: "verify", removed: [] });
});

describe("lines of another version", () => {
  const unknown = { is: "new" };
  test("have names and keys that this version does not know", () => {
    const value = JSON.parse(outcomeLine(done, origin(), names)) as { sysgen: Record<string, unknown> };
    value.sysgen["gates"] = [{ gate: "tone", turn: 0, detail: "d", action: "softened", unknown }];
    value.sysgen["phrases"] = [{ tag: "Mood", text: "Be glad.", verdict: "perhaps", repairs: ["mood"], unknown }];
    value.sysgen["removed"] = [{ reason: "dull", text: "t" }];
    value.sysgen["unknown"] = unknown;
    const { facts } = readDoneLine(JSON.stringify(value));
    expect(facts.gates).toEqual([{ gate: "tone", turn: 0, detail: "d", action: "softened" }]);
    expect(facts.phrases).toEqual([{ tag: "Mood", text: "Be glad.", verdict: "perhaps", repairs: ["mood"] }]);
    expect(facts).not.toHaveProperty("unknown");
    const line = JSON.stringify({ ...readRejectedLine(outcomeLine(rejected, origin(), names)), phase: "polish", reason: "dull", unknown });
    expect(readRowLine(line)).toMatchObject({ phase: "polish", reason: "dull" });
  });
});

test("the id is read from the beginning of a line, where that holds all of it", () => {
  const line = JSON.stringify({ id: 'a "b" \\', messages: [] });
  expect([idAtStart(line), idAtStart(line.slice(0, 18)), idAtStart(line.slice(0, 9))]).toEqual(['a "b" \\', 'a "b" \\', undefined]);
});
