import { describe, expect, test } from "vitest";
import { ModelError } from "../errors.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "./model.ts";
import { RetryBudget } from "./retry-budget.ts";
import { addressOf } from "./call-address.ts";
import { keepIn, withJournal, withKeeping, type Journal } from "./with-journal.ts";
import { withRetry } from "./with-retry.ts";

const reply = (text: string): ModelReply => ({ text, finishReason: "stop", usage: { inputTokens: 1, outputTokens: 1 } });
const call: ModelCall = {
  messages: [{ role: "user", content: "Q" }],
  sampling: { temperature: 0, maxOutputTokens: 5 },
  attempt: 0,
  round: 0,
};
const context = (retries = 3, signal = new AbortController().signal): CallContext => ({
  phase: "generate",
  signal,
  budget: new RetryBudget(retries),
});
const modelOf = (answer: (count: number) => Promise<ModelReply>): Model & { count: () => number } => {
  let count = 0;
  return { name: "m", rowsAtOnce: 1, outputForm: "tagged", call: () => answer(count++), close: async () => {}, count: () => count };
};

describe("withRetry", () => {
  const busy = new ModelError("rate-limit", "busy", { retryable: true, retryAfterMs: 0 });

  test("asks again while the budget lasts, and shares it with whoever else takes from it", async () => {
    const model = modelOf(async (count) => (count < 2 ? Promise.reject(busy) : reply("ok")));
    expect((await withRetry(model).call(call, context())).text).toBe("ok");
    const spent = context(1);
    spent.budget.take();
    const failing = modelOf(() => Promise.reject(busy));
    await expect(withRetry(failing).call(call, spent)).rejects.toBe(busy);
    expect(failing.count()).toBe(1);
  });

  test("does not ask again after an error that is not retryable", async () => {
    const model = modelOf(() => Promise.reject(new ModelError("bad-request", "no")));
    await expect(withRetry(model).call(call, context())).rejects.toThrow("no");
    expect(model.count()).toBe(1);
  });

  test("begins no call once the run is stopping", async () => {
    const stop = new AbortController();
    stop.abort();
    const model = modelOf(async () => reply("ok"));
    await expect(withRetry(model).call(call, context(3, stop.signal))).rejects.toMatchObject({ name: "AbortError" });
    expect(model.count()).toBe(0);
  });
});

describe("withJournal", () => {
  const memory = (): Journal & { kept: Map<string, ModelReply> } => {
    const kept = new Map<string, ModelReply>();
    return { kept, get: (address) => kept.get(address), put: async (address, entry) => void kept.set(address, entry.reply) };
  };

  test("pays a call once, also when it is asked twice at the same time", async () => {
    const model = modelOf(async (count) => reply(`reply ${count}`));
    const journal = memory();
    const journaled = withJournal(withKeeping(model, keepIn(journal)), journal);
    const [a, b] = await Promise.all([journaled.call(call, context()), journaled.call(call, context())]);
    expect([a.text, b.text, (await journaled.call(call, context())).text]).toEqual(["reply 0", "reply 0", "reply 0"]);
    expect(model.count()).toBe(1);
  });

  test("a reply is kept before it is used", async () => {
    const journal = memory();
    const failing: Journal = { get: () => undefined, put: () => Promise.reject(new Error("disk")) };
    const answers = (): Model => modelOf(async () => reply("x"));
    await withKeeping(answers(), keepIn(journal)).call(call, context());
    expect([...journal.kept.keys()]).toEqual([addressOf("m", call)]);
    await expect(withJournal(withKeeping(answers(), keepIn(failing)), failing).call(call, context())).rejects.toThrow("disk");
  });

  test("the address is made of all that decides the reply", () => {
    const others: ModelCall[] = [
      { ...call, messages: [{ role: "user", content: "Q2" }] },
      { ...call, sampling: { temperature: 0.1, maxOutputTokens: 5 } },
      { ...call, sampling: { temperature: 0, maxOutputTokens: 6 } },
      { ...call, sampling: { temperature: 0, maxOutputTokens: 5, seed: 1 } },
      { ...call, constraint: { grammar: "g", jsonSchema: {} } },
      { ...call, attempt: 1 },
      { ...call, round: 1 },
    ];
    const addresses = [addressOf("m", call), addressOf("n", call), ...others.map((other) => addressOf("m", other))];
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addressOf("m", { ...call })).toBe(addresses[0]);
  });
});
