import { expect, test } from "vitest";
import type { Done } from "../records/outcome.ts";
import { tallyTraits, traitsOf } from "./tally.ts";
import { tags } from "../records/system-message/phrase.ts";

const done: Done = {
  outcome: "done",
  messages: [],
  columns: {},
  phrases: [],
  removed: [],
  originalResponses: [],
  responses: ["new"],
  replacedSystemMessage: undefined,
  gates: [{ gate: "wrong-answer", turn: 0, detail: "d", action: "retried" }],
  usage: { inputTokens: 0, outputTokens: 0 },
};

test("final answers are counted in rows, and traits of earlier versions add what they know", () => {
  const counted = [
    { traits: traitsOf({ ...done, answers: "checked" }), rows: 4 },
    { traits: traitsOf({ ...done, answers: "not-checked", gates: [] }), rows: 2 },
    { traits: traitsOf(done), rows: 1 },
    { traits: "{}", rows: 8 },
  ];
  expect(tallyTraits(counted, tags).answers).toEqual({ checked: 4, wrong: 5, notChecked: 2 });
});
