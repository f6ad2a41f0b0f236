import { describe, expect, test } from "vitest";
import { RowError } from "../datasets/formats/format.ts";
import type { Message } from "../records/message.ts";
import type { ExportedRow } from "./exported-row.ts";
import { preferenceWriter, refusePairsOf, type Preference, type PreferenceOptions } from "./preference-writer.ts";

const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });

function rowOf(turns: readonly Message[], originalResponses: readonly string[]): ExportedRow {
  return {
    id: "7",
    turns,
    systemMessage: "Be brief.",
    originalSystemMessage: undefined,
    originalResponses,
    tools: undefined,
    columns: { topic: "rivers" },
    facts: {
      phrases: [],
      removed: [],
      originalResponses: [...originalResponses],
      model: "m",
      judgeModel: "m",
      gates: [],
      tokens: { input: 0, output: 0 },
    },
    source: undefined,
  };
}
const row = rowOf([user("Which river?"), assistant("The Loire.")], ["It is the Loire, which is long."]);

function write(preference: Preference | undefined, options: Partial<PreferenceOptions> & { readonly row?: ExportedRow } = {}) {
  const { row: given = row, ...others } = options;
  const preferences = new Map(preference === undefined ? [] : [["7", preference]]);
  const variant = { responses: "new", system: { kind: "generated" }, systemRole: "system" } as const;
  return preferenceWriter({ preferences, variant, layout: "messages", ...others })(given);
}

function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof RowError) return error.reason;
    throw error;
  }
  return "written";
}

describe("a pair", () => {
  test("has the new response chosen, under the system message", () => {
    expect(write("new")).toEqual({
      id: "7",
      prompt: [{ role: "system", content: "Be brief." }, user("Which river?")],
      chosen: [assistant("The Loire.")],
      rejected: [assistant("It is the Loire, which is long.")],
      topic: "rivers",
    });
  });

  test("has one turn a side for LLaMA-Factory", () => {
    expect(write("new", { layout: "sharegpt" })).toMatchObject({
      conversations: [
        { from: "system", value: "Be brief." },
        { from: "human", value: "Which river?" },
      ],
      chosen: { from: "gpt", value: "The Loire." },
      rejected: { from: "gpt", value: "It is the Loire, which is long." },
    });
  });

  test("has its message in the first user turn where the model has no system role", () => {
    const variant = { responses: "new", system: { kind: "generated" }, systemRole: "first-user" } as const;
    expect(write("new", { variant })["prompt"]).toEqual([user("Be brief.\n\nWhich river?")]);
  });
});

describe("a row is left out with its reason", () => {
  test.each([
    [undefined, "not-judged"],
    ["original", "original-preferred"],
    ["tie", "no-preference"],
    ["unparsed", "verdict-unparsed"],
    ["new", "written"],
  ] as const)("%s: %s", (preference, reason) => expect(reasonOf(() => write(preference))).toBe(reason));

  test("whose two sides have no common prompt", () => {
    const turns = [user("One?"), assistant("1"), user("Two?"), assistant("2")];
    expect(reasonOf(() => write("new", { row: rowOf(turns, ["one", "two"]) }))).toBe("other-history");
    expect(reasonOf(() => write("new", { row: rowOf(turns, ["1", "two"]) }))).toBe("written");
  });
});

test("pairs have the texts that the judge compared, and no others", () => {
  const variant = { responses: "new", system: { kind: "generated" }, systemRole: "first-user" } as const;
  expect(() => refusePairsOf(variant)).not.toThrow();
  expect(() => refusePairsOf({ ...variant, responses: "original" })).toThrow(
    /holds both responses of a row; leave out --responses original\./,
  );
  expect(() => refusePairsOf({ ...variant, system: { kind: "none" } })).toThrow(
    /the judge preferred the new responses under the generated system messages, so the pairs have these; leave out --system none\./,
  );
  expect(() => refusePairsOf({ ...variant, system: { kind: "common", text: "Be kind." } })).toThrow(/leave out --system common:Be kind\./);
});
