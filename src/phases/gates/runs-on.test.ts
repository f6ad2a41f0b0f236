import { describe, expect, test } from "vitest";
import { runsOn } from "./runs-on.ts";
import { standardTags } from "../../records/system-message/tag-set.ts";

const find = (text: string, original = "The Loire is a river.", instruction = "Name a river in France."): unknown =>
  runsOn.find({
    reply: { text, finishReason: "stop", usage: { inputTokens: 0, outputTokens: 0 } },
    original,
    systemMessage: "You are a guide.",
    instruction,
    columns: {},
    tags: standardTags,
  });

describe("a response that goes on with turns", () => {
  test.each([
    "The Loire.\n\nUser: And in Spain?\n\nAssistant: The Ebro.",
    "The Loire.\nHuman: And in Spain?",
    "The Loire.\n\n### Instruction:\nName a river in Spain.\n\n### Response:\nThe Ebro.",
    "The Loire.\n\n**User:** And in Spain?",
    "The Loire.\n\nUSER : And in Spain?",
    "The Loire.\n\n### User\nAnd in Spain?",
    "The Loire.\n\n## Input: Spain",
    "The Loire.\nuser\nAnd in Spain?\nassistant\nThe Ebro.",
    "The Loire.\n\n用户：西班牙呢？",
    "El Loira.\n\nUsuario: ¿Y en España?",
    "The Loire.\n\nAssistant: The Loire.",
  ])("%j", (text) => expect(find(text)).toContain("turn of its own"));

  test.each([
    ["prose", "The Loire.\n\nIt is the longest river of France."],
    ["words within a line", "The Loire.\n\nNote to the user: it is long."],
    ["a heading of its own", "The Loire.\n\n## User guide\n\nIt is long.\n\n### Input values\n\nNone."],
    ["a log in a block of code", "The log:\n\n```\nUser: ada\n```"],
    ["a label of the first line", "User: the one who asks.\nThat is all."],
  ])("%s is none", (_name, text) => expect(find(text)).toBeUndefined());

  test("a dialogue is an answer where it is asked for, or where the original is one", () => {
    const dialogue = "Here it is.\n\nUser: Where?\nAssistant: There.";
    expect(find(dialogue, undefined, "Write a dialogue between a user and an assistant.")).toBeUndefined();
    expect(find(dialogue, "So.\nUser: Hi.\nAssistant: Hello.")).toBeUndefined();
    expect(find(dialogue, undefined, "Go on.\nUser: Where?\nAssistant:")).toBeUndefined();
    expect(find(dialogue)).toBeDefined();
  });
});
