import { expect, test } from "vitest";
import { settingsOf } from "../phases/index.ts";
import { useWith, type Lengths } from "./assumed-use.ts";
import type { CountedCall } from "./count-prompts.ts";
import type { PlaceholderReplies } from "./placeholder-replies.ts";

const placeholders: PlaceholderReplies = {
  phrases: [],
  messageTokens: 60,
  systemTokens: 40,
  phraseTokens: 15,
  verdictTokens: 16,
  verdictFollowsPhrases: true,
};
const lengths: Lengths = {
  message: 60,
  verdict: 16,
  response: { unit: "share", value: 1.5 },
  tokenizer: {},
};
const row: readonly CountedCall[] = [
  { phase: "generate", promptTokens: 1_000, replyTokens: 60 },
  { phase: "verify", promptTokens: 400, replyTokens: 16 },
  { phase: "respond", promptTokens: 100, replyTokens: 200 },
  { phase: "respond", promptTokens: 320, replyTokens: 800 },
];

test("prompts as they were counted; a longer response is longer in the prompts after it, and the token limit ends it", () => {
  expect(useWith(row, lengths, placeholders, settingsOf("standard"))).toMatchObject({
    generate: { calls: 1, inputTokens: 1_000, outputTokens: 60 },
    verify: { calls: 1, inputTokens: 400, outputTokens: 16 },
    respond: { calls: 2, inputTokens: 100 + 320 + 100, outputTokens: 300 + 1_024 },
  });
});

test("a longer system message is in the prompts of the phases after it", () => {
  const use = useWith(row, { ...lengths, message: 90 }, placeholders, settingsOf("standard"));
  expect(use.generate?.outputTokens).toBe(90);
  expect(use.verify?.inputTokens).toBe(430);
  expect(use.respond?.inputTokens).toBe(520 + 2 * 20);
});

test("responses of a measured length; a tokenizer that counts more", () => {
  const use = useWith(row, { ...lengths, response: { unit: "tokens", value: 250 } }, placeholders, settingsOf("standard"));
  expect(use.respond).toEqual({ calls: 2, inputTokens: 100 + 320 + 50, outputTokens: 500 });
  const more = useWith(row, { ...lengths, tokenizer: { generate: 1.25 } }, placeholders, settingsOf("standard"));
  expect(more.generate).toEqual({ calls: 1, inputTokens: 1_250, outputTokens: 75 });
  expect(more.verify?.inputTokens).toBe(400);
});
