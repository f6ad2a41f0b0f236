import { describe, expect, test } from "vitest";
import { wordHashes } from "../../texts/word-hashes.ts";
import { messageWords } from "../message-words.ts";
import { longestCopied } from "./copied-span.ts";
import { DemonstrationText } from "./demonstration-text.ts";
import { MessageBlocks } from "./message-blocks.ts";
import { TagCombinations } from "./tag-combinations.ts";
import { tags as eight } from "../../records/system-message/phrase.ts";

function blocksOf(messages: readonly string[]): ReturnType<MessageBlocks["figures"]> {
  const blocks = new MessageBlocks(messages.length);
  for (const message of messages) blocks.add(message, messageWords(message, []));
  return blocks.figures();
}

describe("distinct-n and compression", () => {
  test("count unique n-grams over all", () => {
    const { distinct } = blocksOf(["You are a guide.", "You are a poet.", "Be brief"]);
    expect(distinct).toEqual([
      { n: 1, all: 0.7, perThousand: null },
      { n: 2, all: 0.714286, perThousand: null },
      { n: 3, all: 0.75, perThousand: null },
    ]);
  });

  test("take blocks of a thousand, which do not hang on how many there are", () => {
    const messages = Array.from({ length: 30_000 }, (_, index) => `You are helper number ${index % 1_000}.`);
    const [few, many] = [blocksOf(messages.slice(0, 1_000)), blocksOf(messages)];
    expect(few.distinct[0]?.perThousand).toBeCloseTo(1_004 / 5_000, 6);
    expect(many.distinct[0]?.perThousand).toBe(few.distinct[0]?.perThousand);
    expect(many.distinct[0]?.all).toBeCloseTo(1_004 / 150_000, 6);
    expect(many.compressionRatio).toBeCloseTo(few.compressionRatio ?? 0, 5);
  });

  test("say nothing of no message", () => {
    expect(blocksOf([])).toEqual({ distinct: [1, 2, 3].map((n) => ({ n, all: 0, perThousand: null })), compressionRatio: null });
  });

  test("the same again and again compresses well", () => {
    const same = blocksOf(Array.from({ length: 500 }, () => "You are a patient guide. Be brief."));
    const different = blocksOf(
      Array.from({ length: 500 }, (_, index) => `${(index * 7_919_000_003).toString(36)} ${(index * 104_729_000_017).toString(36)}`),
    );
    expect(same.compressionRatio).toBeGreaterThan(50);
    expect(different.compressionRatio).toBeLessThan(3);
  });
});

describe("the longest copied span", () => {
  const copied = (text: string, sources: readonly string[], known: readonly string[] = []) =>
    longestCopied(wordHashes(text), sources.map(wordHashes), () => known.map(wordHashes));

  test("is found across case and punctuation, in any of the responses", () => {
    expect(copied("Say that the harbour, at dawn, is calm.", ["Nothing.", "The Harbour at dawn is CALM today"])).toEqual({
      words: 6,
      start: 2,
    });
    expect(copied("We go", ["You stay"])).toEqual({ words: 0, start: 0 });
    expect(copied("", ["You stay"])).toEqual({ words: 0, start: 0 });
  });

  test("does not count what the instruction holds too, but what goes beyond it", () => {
    const text = "Describe the harbour at dawn.";
    expect(copied(text, ["Here is the harbour at dawn."], ["Describe the harbour at dawn."])).toEqual({ words: 0, start: 0 });
    expect(copied(text, ["the harbour at dawn"], ["the harbour"])).toEqual({ words: 4, start: 1 });
  });

  test("does not run from one response into the next", () => {
    expect(copied("one two three four", ["one two", "three four"])).toEqual({ words: 2, start: 0 });
  });

  test("repeats and common words are no trouble", () => {
    expect(copied("the the the the", ["the the"])).toEqual({ words: 2, start: 0 });
  });
});

test("text of demonstrations: whole phrases, and runs of six words", () => {
  const text = new DemonstrationText([
    {
      language: "English",
      instruction: "?",
      response: "!",
      phrases: [
        ["Role", "You are a keeper of bees in a small village."],
        ["Style", "Be kind."],
      ],
    },
  ]);
  for (const phrases of [["be kind"], ["You are a keeper of bees"], ["You are a keeper."], ["..."], ["Be kind!", "Other."]])
    text.add(phrases.map(wordHashes));
  expect(text.figures()).toEqual({ phrases: 2, atLeastWords: 6, rows: 3, share: 0.6, top: [{ text: "Be kind.", phrases: 2 }] });
});

test("tag combinations: most frequent first, entropy in bits", () => {
  const combinations = new TagCombinations(eight);
  for (const tags of [["Role", "Task"], ["Task", "Role"], ["Style"], ["Tool", "Style"]] as const) combinations.add(new Set(tags));
  expect(combinations.figures()).toEqual({
    different: 3,
    entropyBits: 1.5,
    top: [
      { tags: ["Role", "Task"], rows: 2, share: 0.5 },
      { tags: ["Style"], rows: 1, share: 0.25 },
      { tags: ["Style", "Tool"], rows: 1, share: 0.25 },
    ],
  });
});
