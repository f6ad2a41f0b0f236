import { describe, expect, test } from "vitest";
import { leak } from "./leak.ts";
import { refusal } from "./refusal.ts";
import type { GateInput } from "./gate.ts";
import { standardTags, tagSet } from "../../records/system-message/tag-set.ts";

const input = (text: string, more: Partial<GateInput> = {}): GateInput => ({
  reply: { text, finishReason: "stop", usage: { inputTokens: 0, outputTokens: 0 } },
  original: "Of course: first this, then that.",
  systemMessage: "You are a guide.",
  instruction: "How?",
  columns: {},
  tags: standardTags,
  ...more,
});

describe("refusal", () => {
  test.each([
    "I'm sorry, but I can't help with that.",
    "I'm sorry. I can't help.",
    "I\u2019m unable to assist with that request.",
    "I'm not able to discuss this.",
    "I apologize, but I cannot help with that.",
    "Apologies, but I won't do that.",
    "I cannot generate that content.",
    "I can't engage with this.",
    "I must decline.",
    "**I'm sorry, but I can't do that.**",
    "As a language model, I can't answer this.",
    "It's against my guidelines to do so.",
    "I am not going to do this.",
    "Es tut mir leid, dabei kann ich nicht helfen.",
    "Mi dispiace, ma non posso aiutarti.",
    "Desculpe, mas não posso ajudar.",
    "Извините, но я не могу помочь.",
    "很抱歉，我無法提供協助。",
    "申し訳ありませんが、お手伝いできません。",
    "죄송하지만 도와드릴 수 없습니다.",
  ])("%s", (text) => expect(refusal.find(input(text))).toBeDefined());

  test.each([
    "I cannot stress enough how you should write tests.",
    "Unfortunately, the train cannot stop there.",
    "I can't do without coffee in the morning.",
    "Sorry to hear that! First, rest a while.",
    "You can't divide by zero.",
  ])("%s is none", (text) => expect(refusal.find(input(text))).toBeUndefined());

  test("where the original declines too, declining is right", () => {
    expect(refusal.find(input("I can't help with that.", { original: "I'm sorry, but I cannot help with that." }))).toBeUndefined();
  });
});

describe("leak", () => {
  test.each([
    ["a tag", "<<Role>>You are<</Role>>"],
    ["a mark of the prompt", "[end of conversation 0a1b2c] Sure."],
    ["a template token", "Sure.<|im_end|> First this."],
    ["a token of another family", "Sure.<｜end▁of▁sentence｜>First this."],
    ["a mark of reasoning", "Sure.\n<think>\nfirst this"],
    ["the name of a channel", "analysisThe user asks how."],
    ["talk of a system message", "As my system message says, I am brief."],
  ])("%s", (_name, text) => expect(leak.find(input(text))).toBeDefined());
  test("a tag of the user's own, where the run has it", () => {
    const tags = tagSet({ names: [...standardTags.names, "Safety"], own: [{ name: "Safety", meaning: "what is safe" }] });
    expect(leak.find(input("<<Safety>>Take care.<</Safety>>", { tags }))).toContain("<<Safety>>");
    expect(leak.find(input("<<Safety>>Take care.<</Safety>>"))).toBeUndefined();
  });

  test("the system message recited", () => {
    const systemMessage = "You are a patient guide who always explains every single step to the visitor in simple words.";
    expect(leak.find(input(`Sure. ${systemMessage}`, { systemMessage }))).toContain("recites");
    expect(leak.find(input("I explain every single step in simple words.", { systemMessage }))).toBeUndefined();
  });

  test("what the instruction or the original has, and what stands in code, is text", () => {
    const text = "A <think> block ends at </think>\n<|im_end|> ends the turn.";
    expect(leak.find(input(text))).toBeDefined();
    expect(leak.find(input(text, { instruction: "What do <think>, </think> and <|im_end|> do?" }))).toBeUndefined();
    expect(leak.find(input(text, { original: "<|im_end|> is last, <think> and </think> come before." }))).toBeUndefined();
    expect(leak.find(input("The `</think>` tag ends it:\n\n```\n<think>\n</think>\n<|im_end|>\n```"))).toBeUndefined();
  });

  test("GSM8K's calculator marks and code are none", () => {
    expect(leak.find(input("48/2 = <<48/2=24>>24; std::cout << x >> y; List<String>"))).toBeUndefined();
  });
});
