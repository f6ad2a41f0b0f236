import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { CallContext, Model, ModelCall, ModelReply } from "../model.ts";
import { RetryBudget } from "../retry-budget.ts";
import { Ceiling } from "./ceiling.ts";
import { endpointPool } from "./endpoint-pool.ts";

const call: ModelCall = {
  messages: [{ role: "user", content: "Q" }],
  sampling: { temperature: 0, maxOutputTokens: 5 },
  attempt: 0,
  round: 0,
};
const context = (): CallContext => ({ phase: "generate", signal: new AbortController().signal, budget: new RetryBudget(3) });

/** A server that takes so long for each call; counts them. */
function server(address: string, tookMs: number) {
  const seen = { calls: 0 };
  const answer = async (): Promise<ModelReply> => {
    seen.calls++;
    await sleep(tookMs);
    return { text: address, finishReason: "stop", usage: { inputTokens: 1, outputTokens: 1 }, tookMs };
  };
  const model: Model = { name: "m", rowsAtOnce: 1, outputForm: "tagged", call: answer, close: async () => {} };
  return { address, model, seen };
}

test("when no further row comes, calls wait for the fast server instead of going to the slow one, and all are answered", async () => {
  const [fast, slow] = [server("fast", 5), server("slow", 100)];
  const ceiling = new Ceiling(400);
  const pool = endpointPool({ endpoints: [fast, slow], ceiling, pace: {}, keep: async () => {}, onNotice: () => {} });
  const ask = (calls: number): Promise<ModelReply[]> => Promise.all(Array.from({ length: calls }, () => pool.call(call, context())));
  for (let round = 0; round < 4; round++) await ask(500);
  const before = slow.seen.calls;
  await ask(500);
  const between = slow.seen.calls;
  expect(between).toBeGreaterThan(before);
  pool.drain?.();
  const replies = await ask(500);
  expect(replies).toHaveLength(500);
  expect(slow.seen.calls).toBe(between);
  await pool.close();
});
