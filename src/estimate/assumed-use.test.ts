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
};
const lengths: Lengths = {
  message: 60,
  verdict: 16,
  response: { unit: "share", value: 1.5 },
  tokenizer: {},
};
const none = { number: 0, tokens: 0 };
const again = { calls: 0, inputTokens: 0, outputTokens: 0 };
const row: readonly CountedCall[] = [
  { phase: "generate", promptTokens: 1_000, questions: none, replyTokens: 60, again },
  { phase: "verify", promptTokens: 400, questions: none, replyTokens: 16, again },
  { phase: "respond", promptTokens: 100, questions: none, replyTokens: 200, again },
  { phase: "respond", promptTokens: 320, questions: none, replyTokens: 800, again },
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

test("a longer system message has more questions: more calls on a server, a longer call in process", () => {
  const verdict = { ...lengths, message: 90, verdict: 1 };
  const one = { phase: "verify", promptTokens: 400, questions: { number: 1, tokens: 30 }, replyTokens: 1, again } as const;
  const onServer = useWith([one, one], verdict, placeholders, settingsOf("standard"));
  expect(onServer.verify).toEqual({ calls: 3, inputTokens: 3 * 400, outputTokens: 3 });
  const together = { phase: "verify", promptTokens: 460, questions: { number: 2, tokens: 60 }, replyTokens: 2, again } as const;
  const inProcess = useWith([together], verdict, placeholders, settingsOf("standard"));
  expect(inProcess.verify).toEqual({ calls: 1, inputTokens: 400 + 90, outputTokens: 3 });
});

test("responses of a measured length; a tokenizer that counts more", () => {
  const use = useWith(row, { ...lengths, response: { unit: "tokens", value: 250 } }, placeholders, settingsOf("standard"));
  expect(use.respond).toEqual({ calls: 2, inputTokens: 100 + 320 + 50, outputTokens: 500 });
  const more = useWith(row, { ...lengths, tokenizer: { generate: 1.25 } }, placeholders, settingsOf("standard"));
  expect(more.generate).toEqual({ calls: 1, inputTokens: 1_250, outputTokens: 75 });
  expect(more.verify?.inputTokens).toBe(400);
});
