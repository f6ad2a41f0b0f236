import { describe, expect, test } from "vitest";
import { ModelError } from "../../errors.ts";
import { Budget, BudgetSpent, nothing, type BudgetLimits, type Spending } from "./budget.ts";
import { CallWaits } from "../call-waits.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "../model.ts";
import { openBudget, type OpenedBudget } from "./open-budget.ts";
import type { Price } from "./prices.ts";
import { RetryBudget } from "../retry-budget.ts";
import { withBudget } from "./with-budget.ts";

const context = (): CallContext => ({
  purpose: { name: "generate", rank: 0 },
  signal: new AbortController().signal,
  budget: new RetryBudget(0),
});
const call: ModelCall = {
  messages: [{ role: "user", content: "x".repeat(68) }],
  sampling: { temperature: 0, maxOutputTokens: 100 },
  attempt: 0,
  round: 0,
};
const reply = (inputTokens: number, outputTokens: number, text = "hi"): ModelReply => ({
  text,
  finishReason: "stop",
  usage: { inputTokens, outputTokens },
});
const open = (limits: BudgetLimits, spent: Spending = nothing): { budget: Budget; ends: string[] } => {
  const ends: string[] = [];
  const budget = new Budget(limits);
  budget.start(spent, (end) => ends.push(end.message));
  return { budget, ends };
};
const modelOf = (answer: () => Promise<ModelReply>): Model => ({
  name: "m",
  rowsAtOnce: 1,
  outputForm: "tagged",
  questionsAtOnce: "all",
  call: answer,
  close: async () => {},
});

const limitedBy = (budget: Budget, price?: Price): OpenedBudget => ({ budget, priceOf: () => price });
const { signal } = new AbortController();
const generate = { name: "generate", rank: 0 };
const tokens = (count: number): Spending => ({ calls: 1, tokens: count, cost: 0 });
const one = tokens(1);
const ranks: Readonly<Record<string, number>> = { generate: 0, verify: 2, respond: 3 };

describe("a budget", () => {
  test("calls side by side never overshoot: what does not fit waits for others to settle", async () => {
    const { budget, ends } = open({ maxTokens: 1_000 });
    let [now, most, used] = [0, 0, 0];
    const model = withBudget(
      modelOf(async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        now--;
        used += 100;
        return reply(60, 40);
      }),
      limitedBy(budget),
    );
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => model.call(call, context())));
    // Each call reserves 100 tokens of prompt and 100 of reply, and uses 100 in all.
    expect(most).toBe(5);
    expect(used).toBeLessThanOrEqual(1_000);
    expect(used).toBeGreaterThanOrEqual(900);
    expect(
      results.filter(({ status }) => status === "rejected").every((result) => "reason" in result && result.reason instanceof BudgetSpent),
    ).toBe(true);
    expect(ends).toEqual([expect.stringMatching(/--max-tokens 1000: 900 tokens are used, and the next call may take 200/)]);
  });

  test("counts what the run directory has spent already", async () => {
    const { budget } = open({ maxCalls: 10 }, { calls: 9, tokens: 0, cost: 0 });
    const model = withBudget(
      modelOf(async () => reply(1, 1)),
      limitedBy(budget),
    );
    await model.call(call, context());
    await expect(model.call(call, context())).rejects.toThrow("--max-calls 10: 10 calls are paid");
  });

  test("in dollars, by the model's price", async () => {
    const { budget } = open({ maxCost: 0.0009 });
    const model = withBudget(
      modelOf(async () => reply(100, 100)),
      limitedBy(budget, { inputPerMillion: 1, outputPerMillion: 4, source: "test" }),
    );
    await model.call(call, context());
    await expect(model.call(call, context())).rejects.toThrow(
      /--max-cost 0\.0009: \$0\.0005 are spent, and the next call may cost \$0\.000[5-9]/,
    );
  });

  test("a refused call costs nothing; one that got lost may have been billed", async () => {
    const refused = open({ maxCalls: 1 });
    const busy = withBudget(
      modelOf(() => Promise.reject(new ModelError("rate-limit", "busy", { status: 429 }))),
      limitedBy(refused.budget),
    );
    for (let index = 0; index < 3; index++) await expect(busy.call(call, context())).rejects.toThrow("busy");
    const lost = open({ maxCalls: 1 });
    const silent = withBudget(
      modelOf(() => Promise.reject(new ModelError("timeout", "no reply"))),
      limitedBy(lost.budget),
    );
    await expect(silent.call(call, context())).rejects.toThrow("no reply");
    await expect(silent.call(call, context())).rejects.toBeInstanceOf(BudgetSpent);
  });

  test("a server that reports no usage still uses tokens", async () => {
    const { budget } = open({ maxTokens: 250 });
    const model = withBudget(
      modelOf(async () => reply(0, 0, "y".repeat(60))),
      limitedBy(budget),
    );
    await model.call(call, context());
    await expect(model.call(call, context())).rejects.toBeInstanceOf(BudgetSpent);
  });

  test("calls of later phases go first, so that rows that are begun are finished", async () => {
    const { budget } = open({ maxCalls: 2 });
    const need = { calls: 1, tokens: 1, cost: 0 };
    await budget.reserve({ name: "generate", rank: 0 }, need, signal);
    await budget.reserve({ name: "generate", rank: 0 }, need, signal);
    const order: string[] = [];
    const waiting = ["generate", "respond", "verify"].map((phase) =>
      budget.reserve({ name: phase, rank: ranks[phase] ?? 0 }, need, signal).then(
        () => order.push(phase),
        () => order.push(`${phase} refused`),
      ),
    );
    budget.settle(need, nothing);
    budget.settle(need, nothing);
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(["respond", "verify"]);
    budget.settle(need, need);
    budget.settle(need, need);
    await Promise.all(waiting);
    expect(order).toEqual(["respond", "verify", "generate refused"]);
  });

  test("a call that waits for others leaves once its signal is aborted", async () => {
    const { budget } = open({ maxCalls: 1 });
    await budget.reserve(generate, one, signal);
    const stop = new AbortController();
    const leaving = budget.reserve(generate, one, stop.signal);
    const staying = budget.reserve(generate, one, signal);
    stop.abort(new Error("stopped"));
    await expect(leaving).rejects.toThrow("stopped");
    await expect(budget.reserve(generate, one, stop.signal)).rejects.toThrow("stopped");
    budget.settle(one, nothing);
    await staying;
  });
});

describe("a budget of which batches hold a part", () => {
  test("puts off what does not fit once no call in flight is left to settle", async () => {
    const { budget, ends } = open({ maxCalls: 3 });
    budget.reserveOpen({ calls: 2, tokens: 20, cost: 0 });
    await budget.reserve(generate, one, signal);
    const waiting = budget.reserve(generate, one, signal);
    budget.putOffIfFull(one);
    budget.settle(one, one);
    await expect(waiting).rejects.toBeInstanceOf(CallWaits);
    expect(() => budget.putOffIfFull(one)).toThrow(CallWaits);
    expect(() => budget.reserveForBatch(one)).toThrow(CallWaits);
    expect(ends).toEqual([]);
  });

  test("knows whether a call that was put off may fit by now", () => {
    const { budget } = open({ maxTokens: 100 });
    const [small, large] = [tokens(30), tokens(60)];
    expect(budget.takePutOff()).toBeUndefined();
    budget.reserveForBatch(large);
    expect(() => budget.reserveForBatch(large)).toThrow(CallWaits);
    expect(budget.takePutOff()).toEqual({ need: large, mayFit: false });
    expect(() => budget.reserveForBatch(large)).toThrow(CallWaits);
    budget.settleBatch(large, small);
    budget.reserveForBatch(small);
    expect(budget.takePutOff()).toMatchObject({ mayFit: false });
    expect(() => budget.reserveForBatch(large)).toThrow(CallWaits);
    budget.settleBatch(small, nothing);
    expect(budget.takePutOff()).toMatchObject({ mayFit: true });
    expect(budget.takePutOff()).toBeUndefined();
  });

  test("does not try again what a pass without any change has tried", async () => {
    const { budget } = open({ maxTokens: 100 });
    budget.reserveOpen(tokens(60));
    const pass = async (): Promise<boolean | undefined> => {
      await budget.reserve(generate, tokens(30), signal);
      expect(() => budget.reserveForBatch(tokens(35))).toThrow(CallWaits);
      budget.settle(tokens(30), nothing);
      return budget.takePutOff()?.mayFit;
    };
    expect([await pass(), await pass()]).toEqual([true, false]);
  });

  test.each([
    [
      { maxTokens: 50 },
      "--max-tokens 50: 10 tokens are used, 30 more are reserved for batches that are not taken, and the next call may take 20",
    ],
    [
      { maxCost: 0.5 },
      "--max-cost 0.5: $0.1000 are spent, $0.3000 more are reserved for batches that are not taken, and the next call may cost $0.2000",
    ],
  ])("ends with what they hold", async (limits, said) => {
    const { budget, ends } = open(limits, { calls: 1, tokens: 10, cost: 0.1 });
    budget.reserveOpen({ calls: 3, tokens: 30, cost: 0.3 });
    budget.end({ calls: 1, tokens: 20, cost: 0.2 });
    expect(ends).toEqual([`The budget is spent (${said}).`]);
    await expect(budget.reserve(generate, one, signal)).rejects.toBeInstanceOf(BudgetSpent);
  });
});

describe("a limit in dollars", () => {
  const models = [{ name: "my-model", baseUrls: ["http://127.0.0.1:1/v1"] }];

  test("is refused alone when the price is not known; with a limit in tokens the user is told", async () => {
    await expect(openBudget({ limits: { maxCost: 1 }, models, prices: {}, onNotice: () => {} })).rejects.toThrow(
      /price of my-model is not known.*prices/,
    );
    const notices: string[] = [];
    const opened = await openBudget({ limits: { maxCost: 1, maxTokens: 5 }, models, prices: {}, onNotice: (text) => notices.push(text) });
    expect(opened?.priceOf("my-model")).toBeUndefined();
    expect(notices).toEqual([expect.stringMatching(/price of my-model is not known.*--max-tokens holds/)]);
  });

  test("takes the price from the config", async () => {
    const prices = { "my-model": { input: 1, output: 2 } };
    const opened = await openBudget({ limits: { maxCost: 1 }, models, prices, onNotice: () => {} });
    expect(opened?.priceOf("my-model")).toMatchObject({ inputPerMillion: 1, outputPerMillion: 2 });
  });

  test("without limits there is no budget", async () => {
    expect(await openBudget({ limits: {}, models, prices: {}, onNotice: () => {} })).toBeUndefined();
  });
});
