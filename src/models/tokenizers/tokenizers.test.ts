import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startHubServer } from "../../../test/fixtures/hub-server.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { writeTinyGguf } from "../../../test/fixtures/tiny-gguf.ts";
import type { ChatMessage } from "../model.ts";
import type { ModelChoice } from "../model-choice.ts";
import { openTokenCounter } from "./index.ts";
import { openAiEncoding } from "./openai.ts";

const choice = (model: string, baseUrls = ["http://127.0.0.1:9/v1"]): ModelChoice => ({
  model,
  baseUrls,
  apiKeyEnv: "",
  headers: {},
  constraintField: "none",
  timeoutMs: 1_000,
  contextSize: undefined,
  embedded: {},
  concurrency: undefined,
  requestsPerMinute: undefined,
  tokensPerMinute: undefined,
});
const offline = { SYSGEN_OFFLINE: "1" };
const chat: readonly ChatMessage[] = [
  { role: "system", content: "one two" },
  { role: "user", content: "three" },
];

/** A vocabulary of words and the special tokens of ChatML. */
const words = ["[UNK]", "<|im_start|>", "<|im_end|>", "system", "user", "assistant", "one", "two", "three"];
const special = (content: string, id: number): object => ({
  id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true,
}); // prettier-ignore
const tokenizer = JSON.stringify({
  version: "1.0",
  added_tokens: [special("<|im_start|>", 1), special("<|im_end|>", 2)],
  normalizer: null,
  pre_tokenizer: { type: "WhitespaceSplit" },
  post_processor: null,
  decoder: null,
  model: { type: "WordLevel", vocab: Object.fromEntries(words.map((word, id) => [word, id])), unk_token: "[UNK]" },
});
const chatMl = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{{ '<|im_start|>assistant\n' }}";

describe("OpenAI's models", () => {
  test.each([
    ["gpt-4o-mini", "o200k_base"],
    ["gpt-4.1-nano-2025-04-14", "o200k_base"],
    ["gpt-5", "o200k_base"],
    ["o3-mini", "o200k_base"],
    ["openai/gpt-4o", "o200k_base"],
    ["ft:gpt-4o-mini:me::1", "o200k_base"],
    ["chatgpt-4o-latest", "o200k_base"],
    ["gpt-4-turbo", "cl100k_base"],
    ["gpt-4", "cl100k_base"],
    ["gpt-3.5-turbo-0125", "cl100k_base"],
    ["gpt-oss-20b", undefined],
    ["openai/gpt-oss-20b", undefined],
    ["o200", undefined],
    ["m", undefined],
    ["Qwen/Qwen2.5-7B", undefined],
  ])("%s: %s", (model, encoding) => expect(openAiEncoding(model)).toBe(encoding));

  test("are counted with their encoding, special tokens as text, and four tokens a message", async () => {
    const counter = await openTokenCounter(choice("gpt-4o-mini"), { env: offline });
    expect(counter).toMatchObject({ name: "o200k_base", isOwn: true });
    expect(counter.count("hello world")).toBe(2);
    expect(counter.count("<|endoftext|>")).toBeGreaterThan(1);
    expect(counter.countChat(chat)).toBe(3 + (4 + 2) + (4 + counter.count("three")));
  });
});

describe("models of the hub", () => {
  test("are counted with their own tokenizer and chat template; no weights are fetched", async () => {
    await using hub = await startHubServer();
    await using folder = await temporaryFolder();
    const config = JSON.stringify({ chat_template: chatMl, bos_token: null, eos_token: { content: "<|im_end|>" } });
    hub.add("models/me/model", { main: { "tokenizer.json": tokenizer, "tokenizer_config.json": config, "model.safetensors": "weights" } });
    const counter = await openTokenCounter(choice("me/model"), { env: { HF_ENDPOINT: hub.url, HF_HOME: folder.path } });
    expect(counter).toMatchObject({ name: "the tokenizer of me/model", isOwn: true });
    expect(counter.count("one two three four")).toBe(4);
    // <|im_start|> system one two <|im_end|> <|im_start|> user three <|im_end|> <|im_start|>
    // assistant
    expect(counter.countChat(chat)).toBe(11);
    expect(hub.count(/safetensors/)).toBe(0);
  });

  test("a template in a file of its own; none at all is said", async () => {
    await using folder = await temporaryFolder();
    const snapshot = join(folder.path, "hub", "models--me--model", "snapshots", "a".repeat(40));
    await mkdir(snapshot, { recursive: true });
    await mkdir(join(snapshot, "..", "..", "refs"));
    await writeFile(join(snapshot, "..", "..", "refs", "main"), "a".repeat(40));
    await writeFile(join(snapshot, "tokenizer.json"), tokenizer);
    const env = { HF_HOME: folder.path, ...offline };
    const plain = await openTokenCounter(choice("me/model"), { env });
    expect(plain.name).toMatch(/without a chat template/);
    expect(plain.countChat(chat)).toBe(3 + 6 + 5);
    await writeFile(join(snapshot, "chat_template.jinja"), "{{ raise_exception('no') if messages[0].content == '' }}" + chatMl);
    expect((await openTokenCounter(choice("me/model"), { env })).countChat(chat)).toBe(11);
  });

  test.each([
    ["cannot be read", "{}"],
    ["cannot be read", "no json"],
  ])("a tokenizer that %s leaves it to o200k_base: %j", async (why, content) => {
    await using hub = await startHubServer();
    await using folder = await temporaryFolder();
    hub.add("models/me/model", { main: { "tokenizer.json": content } });
    const counter = await openTokenCounter(choice("me/model"), { env: { HF_ENDPOINT: hub.url, HF_HOME: folder.path } });
    expect(counter.isOwn).toBe(false);
    expect(counter.name).toContain(why);
  });
});

describe("models in this process", () => {
  test("are counted with the vocabulary and the template of their file", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "tiny.gguf");
    await writeTinyGguf(path);
    const counter = await openTokenCounter(choice(path, []), { env: offline });
    expect(counter).toMatchObject({ isOwn: true, name: `the vocabulary of ${path}` });
    // A token a letter.
    expect(counter.count("abc abc")).toBeGreaterThanOrEqual(7);
    expect(counter.countChat(chat)).toBeGreaterThan(counter.count("one two") + counter.count("three"));
    await counter.close();
  });

  test("a file that is no model leaves it to o200k_base", async () => {
    await using folder = await temporaryFolder();
    const counter = await openTokenCounter(choice(await folder.file("bad.gguf", "no model"), []), { env: offline });
    expect(counter.isOwn).toBe(false);
    expect(counter.name).toMatch(/cannot be read/);
  });
});

test.each([
  ["m", ["http://127.0.0.1:9/v1"], /^o200k_base, not m's own tokenizer \(the name is none of/],
  ["me/none", ["http://127.0.0.1:9/v1"], /not in the cache/],
  ["smollm2-135m", [], /not on disk; sysgen models pull smollm2-135m/],
])("without a tokenizer of its own, %s is counted with o200k_base, and that is said", async (model, baseUrls, said) => {
  await using folder = await temporaryFolder();
  const env = { ...offline, HF_HOME: folder.path, SYSGEN_CACHE: folder.path };
  const counter = await openTokenCounter(choice(model, baseUrls), { env });
  expect(counter.isOwn).toBe(false);
  expect(counter.name).toMatch(said);
  expect(counter.count("hello world")).toBe(2);
});
