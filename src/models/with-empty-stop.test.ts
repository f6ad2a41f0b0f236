import { expect, test } from "vitest";
import { contextOf, modelOf, replyOf, sampleCall } from "../../test/fixtures/scripted-model.ts";
import type { CallContext, ModelReply } from "./model.ts";
import { withEmptyStop } from "./with-empty-stop.ts";

const cut = (text: string): ModelReply => ({ ...replyOf(text), finishReason: "length" });
const context = (name = "generate"): CallContext => ({
  ...contextOf(),
  purpose: { name, rank: 0, tokenSetting: `${name}.maxOutputTokens` },
});

/** Asks until a call throws. Returns the number of replies, the notices and the error. */
async function askUntilEnd(
  reply: (count: number) => ModelReply,
  calls: number,
): Promise<{ replies: number; notices: string[]; error: unknown }> {
  const notices: string[] = [];
  const model = withEmptyStop(
    modelOf(async (count) => reply(count)),
    (text) => notices.push(text),
  );
  for (let replies = 0; replies < calls; replies++) {
    try {
      await model.call(sampleCall, context());
    } catch (error) {
      return { replies, notices, error };
    }
  }
  return { replies: calls, notices, error: undefined };
}

test.each(["", " \n", "<think>\nhm hm"])("replies %j that the limit ended stop the run, and the setting is named", async (text) => {
  const { replies, notices, error } = await askUntilEnd(() => cut(text), 20);
  expect(replies).toBe(7);
  expect(error).toMatchObject({ kind: "bad-reply", stops: "always", retryable: false, message: expect.stringContaining("5 tokens") });
  expect(error).toMatchObject({ message: expect.stringContaining("Raise generate.maxOutputTokens") });
  expect(notices).toEqual([expect.stringContaining("Raise generate.maxOutputTokens")]);
});

test.each([
  ["text that was cut", () => cut("You are")],
  ["empty replies that ended by themselves", () => replyOf("")],
  ["one reply with text among the first", (count: number) => (count === 5 ? replyOf("x") : cut(""))],
  ["thoughts before an answer", () => cut("<think>hm</think>You")],
] as const)("%s go on", async (_, reply) => {
  expect((await askUntilEnd(reply, 30)).error).toBeUndefined();
});

test("each purpose is counted apart", async () => {
  const model = withEmptyStop(
    modelOf(async () => cut("")),
    () => undefined,
  );
  for (let call = 0; call < 7; call++) for (const name of ["generate", "verify"]) await model.call(sampleCall, context(name));
  await expect(model.call(sampleCall, context("verify"))).rejects.toThrow(/verify\.maxOutputTokens/);
});
