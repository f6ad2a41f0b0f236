import { describe, expect, test } from "vitest";
import { ModelError } from "../../errors.ts";
import { CallWaits } from "../call-waits.ts";
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
const context = (): CallContext => ({
  purpose: { name: "generate", rank: 0 },
  signal: new AbortController().signal,
  budget: new RetryBudget(3),
});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A server whose requests are answered by hand, in the order in which they came. */
function handServer(): { model: Model; asked: () => number; answer: (tookMs?: number) => void; refuse: () => void } {
  const waiting: { resolve: (reply: ModelReply) => void; reject: (error: unknown) => void }[] = [];
  let asked = 0;
  return {
    model: {
      name: "m",
      rowsAtOnce: 1,
      outputForm: "tagged",
      questionsAtOnce: "all",
      close: () => Promise.resolve(),
      call: () =>
        new Promise((resolve, reject) => {
          asked++;
          waiting.push({ resolve, reject });
        }),
    },
    asked: () => asked,
    answer: (tookMs = 100) =>
      waiting.shift()?.resolve({ text: "A", finishReason: "stop", usage: { inputTokens: 1, outputTokens: 1 }, tookMs }),
    refuse: () => waiting.shift()?.reject(new ModelError("rate-limit", "busy", { retryable: true, status: 429, retryAfterMs: 60_000 })),
  };
}

describe("a pool", () => {
  test("asks on after calls that the budget put off, also where one of them was the probe of an endpoint that is away", async () => {
    let serve: () => Promise<ModelReply> = () => Promise.reject(new ModelError("connection", "nobody listens", { stops: "at-first" }));
    const model: Model = { ...handServer().model, call: () => serve() };
    const pool = endpointPool([{ address: "a", model }], { ceiling: new Ceiling(1), pace: {}, onNotice: () => undefined });
    await expect(pool.call(call, context())).rejects.toThrow("nobody listens");
    serve = () => Promise.reject(new CallWaits());
    await expect(Promise.all([pool.call(call, context()), pool.call(call, context())])).rejects.toBeInstanceOf(CallWaits);
    serve = () => Promise.resolve({ text: "A", finishReason: "stop", usage: { inputTokens: 1, outputTokens: 1 }, tookMs: 1 });
    expect(await pool.call(call, context())).toMatchObject({ text: "A" });
    expect(pool.loads?.()[0]?.inFlight).toBe(0);
  });

  test("while a reply is put on disk its endpoint is free for the next call, and its place under the ceiling is not", async () => {
    const server = handServer();
    let kept = (): void => undefined;
    const keep = (): Promise<void> => new Promise((resolve) => (kept = resolve));
    const pool = endpointPool([{ address: "a", model: server.model }], {
      ceiling: new Ceiling(1),
      pace: {},
      onNotice: () => undefined,
    });
    const first = pool.call(call, { ...context(), keep });
    const second = pool.call(call, { ...context(), keep });
    server.answer();
    await turn();
    expect(pool.loads?.()[0]?.inFlight).toBe(0);
    expect(server.asked()).toBe(1);
    kept();
    await first;
    await turn();
    expect(server.asked()).toBe(2);
    server.answer();
    await turn();
    kept();
    await second;
  });

  test("when one endpoint refuses a call, one that holds as many stops growing", async () => {
    const servers = [handServer(), handServer()] as const;
    const pool = endpointPool(
      servers.map(({ model }, index) => ({ address: String(index), model })),
      {
        ceiling: new Ceiling(256),
        pace: {},
        onNotice: () => undefined,
      },
    );
    const calls = Array.from({ length: 200 }, () => pool.call(call, context()));
    await turn();
    expect(servers.map(({ asked }) => asked())).toEqual([32, 32]);
    servers[0].refuse();
    await turn();
    for (let reply = 0; reply < 20; reply++) {
      servers[1].answer();
      await turn();
    }
    expect(pool.loads?.().map(({ limit, heldBy }) => [limit, heldBy])).toEqual([
      [31, "refusals"],
      [32, "refusals"],
    ]);
    for (const pending of calls) pending.catch(() => undefined);
    await pool.close();
  });

  test("at the end of a run, a call waits for a place on a fast endpoint rather than take longer on a slow one, but not for ever", async () => {
    const [fast, slow] = [handServer(), handServer()];
    const pool = endpointPool(
      [fast, slow].map(({ model }, index) => ({ address: String(index), model })),
      {
        ceiling: new Ceiling(256),
        pace: {},
        onNotice: () => undefined,
      },
    );
    const calls: Promise<ModelReply>[] = [];
    const ask = (count: number): void => void calls.push(...Array.from({ length: count }, () => pool.call(call, context())));
    ask(64);
    for (let index = 0; index < 32; index++) {
      fast.answer(10);
      slow.answer(200);
    }
    await turn();
    expect([fast.asked(), slow.asked()]).toEqual([32, 32]);
    // As many calls as the fast endpoint takes, so that the next call goes to the slow one.
    const limit = pool.loads?.()[0]?.limit ?? 0;
    ask(limit);
    await turn();
    expect([fast.asked(), slow.asked()]).toEqual([32 + limit, 32]);
    ask(1);
    await turn();
    expect(slow.asked()).toBe(33);
    pool.noMoreRows?.();
    ask(2);
    await turn();
    expect(slow.asked()).toBe(33);
    fast.answer(10);
    await turn();
    expect([fast.asked(), slow.asked()]).toEqual([32 + limit + 1, 33]);
    // No reply comes from the fast endpoint for as long as the slow one would take.
    await expect.poll(() => slow.asked(), { timeout: 5_000 }).toBe(34);
    for (const pending of calls) pending.catch(() => undefined);
    await pool.close();
  });

  test("equal refusals of every call end the run in the server's words, and a limit of the rate that is no 429 pauses", async () => {
    const refusal = new ModelError("bad-request", "a answered 400: no", { status: 400 });
    const limited = new ModelError("rate-limit", "a answered 413: tokens per minute", {
      retryable: true,
      status: 413,
      retryAfterMs: 60_000,
    });
    let error = refusal;
    const model: Model = { ...handServer().model, call: () => Promise.reject(error) };
    const pool = endpointPool([{ address: "a", model }], { ceiling: new Ceiling(1), pace: {}, onNotice: () => undefined });
    const ask = (): Promise<unknown> => pool.call(call, context()).catch((thrown: unknown) => thrown);
    for (let index = 1; index < 10; index++) expect(await ask()).toBe(refusal);
    expect(await ask()).toMatchObject({ stops: "always", message: expect.stringMatching(/^a answered 400: no.*generate/) });
    error = limited;
    expect(await ask()).toBe(limited);
    expect(pool.loads?.()[0]?.refused).toBe(1);
    await pool.close();
  });
});
