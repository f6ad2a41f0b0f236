import { expect, test } from "vitest";
import { checkWhole } from "./prompt-cut.ts";

const check = (content: string, counted: number): void => checkWhole([{ role: "user", content }], counted, "host");
const words = (count: number): string => "Some words of a long document. ".repeat(count / 6);
/** Characters that a tokenizer may make one token of. */
const code = `${" ".repeat(60)}return x;\n`.repeat(500);

test.each([
  ["Ollama's first default", words(20_000), 2_050],
  ["Ollama's default", words(12_000), 4_096],
  ["LM Studio's default", words(6_000), 2_048],
  ["a third of it", words(3_000), 900],
  ["Japanese", "これは長い文書です。".repeat(4_000), 2_048],
  ["Chinese", "这是一份很长的文件。".repeat(6_000), 4_000],
  ["Russian", "Это очень длинный документ. ".repeat(2_000), 2_048],
])("a prompt that was cut to %s stops the run, with the setting to change", (_, content, counted) => {
  expect(() => check(content, counted)).toThrow(/num_ctx.*OLLAMA_CONTEXT_LENGTH.*LM Studio/);
  expect(() => check(content, counted)).toThrow(expect.objectContaining({ stops: "always", retryable: false }));
});

test.each([
  ["the count of a usual tokenizer", words(6_000), 7_500],
  ["a token a word", words(6_000), 6_000],
  ["no count", words(6_000), 0],
  ["the count of what was not in a cache", words(6_000), 17],
  ["a short prompt", words(600), 300],
  ["indented code, whose blanks are one token", code, 2_500],
  ["a long line of signs", "=".repeat(100_000), 1_600],
  ["a table", "| a | b | --- | ".repeat(3_000), 12_000],
  ["base64", "QUJD".repeat(20_000), 9_000],
  ["Chinese, two characters a token", "这是一份很长的文件。".repeat(6_000), 30_000],
])("%s is fine", (_, content, counted) => {
  expect(() => check(content, counted)).not.toThrow();
});
