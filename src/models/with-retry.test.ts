import { describe, expect, test } from "vitest";
import { contextOf, modelOf, replyOf, sampleCall } from "../../test/fixtures/scripted-model.ts";
import { ModelError } from "../errors.ts";
import { withRetry } from "./with-retry.ts";

describe("withRetry", () => {
  const busy = new ModelError("rate-limit", "busy", { retryable: true, retryAfterMs: 0 });

  test("asks again while the budget lasts, and shares it with whoever else takes from it", async () => {
    const model = modelOf(async (count) => (count < 2 ? Promise.reject(busy) : replyOf("ok")));
    expect((await withRetry(model).call(sampleCall, contextOf())).text).toBe("ok");
    const spent = contextOf(1);
    spent.budget.take();
    const failing = modelOf(() => Promise.reject(busy));
    await expect(withRetry(failing).call(sampleCall, spent)).rejects.toBe(busy);
    expect(failing.count()).toBe(1);
  });

  test("does not ask again after an error that is not retryable", async () => {
    const model = modelOf(() => Promise.reject(new ModelError("bad-request", "no")));
    await expect(withRetry(model).call(sampleCall, contextOf())).rejects.toThrow("no");
    expect(model.count()).toBe(1);
  });

  test("begins no call once the run is stopping", async () => {
    const stop = new AbortController();
    stop.abort();
    const model = modelOf(async () => replyOf("ok"));
    await expect(withRetry(model).call(sampleCall, contextOf(3, stop.signal))).rejects.toMatchObject({ name: "AbortError" });
    expect(model.count()).toBe(0);
  });
});
