import { describe, expect, test } from "vitest";
import { startModelServer, type ModelServer, type Served, type ServedCall } from "../../../test/fixtures/model-server.ts";
import { contextOf, sampleCall } from "../../../test/fixtures/scripted-model.ts";
import type { ModelCall, ModelReply } from "../model.ts";
import { openAiCompatible } from "./openai-compatible.ts";

const asking: ModelCall = { ...sampleCall, questions: [{ text: " Is it?", labels: ["Yes", "No"] }] };
const refusal = (message: string): Served => ({ status: 400, body: JSON.stringify({ error: { message } }) });
const logprobs = {
  content: [
    {
      token: "Yes",
      logprob: -0.2,
      top_logprobs: [
        { token: "Yes", logprob: -0.2 },
        { token: "No", logprob: -1.8 },
      ],
    },
  ],
};

interface Learnt {
  readonly replies: readonly ModelReply[];
  readonly notices: readonly string[];
  /** `top_logprobs` of each request. */
  readonly asked: readonly unknown[];
}

/** Asks some questions at once, and then one more. */
async function learn(serve: (call: ServedCall) => Served, atOnce: number): Promise<Learnt> {
  await using server: ModelServer = await startModelServer(serve);
  const notices: string[] = [];
  const model = openAiCompatible({ model: "m", baseUrl: server.url, onNotice: (text) => notices.push(text) });
  try {
    const call = (attempt: number): Promise<ModelReply> => model.call({ ...asking, attempt }, contextOf());
    const replies = await Promise.all(Array.from({ length: atOnce }, (_, index) => call(index)));
    replies.push(await call(atOnce));
    return { replies, notices, asked: server.calls.map(({ body }) => body["top_logprobs"]) };
  } finally {
    await model.close();
  }
}

/** A server that gives so many alternatives at most. With 0 it gives no log-probabilities. */
const atMost =
  (most: number) =>
  ({ body }: ServedCall): Served => {
    const wanted = Number(body["top_logprobs"] ?? 0);
    if (wanted > most) return refusal(most > 0 ? `top_logprobs: at most ${most}, got ${wanted}` : "logprobs are not supported");
    return { text: "Yes", ...(wanted > 0 ? { logprobs } : {}) };
  };

describe.each([1, 8])("what a server gives is learnt from its refusals, %i questions at once", (atOnce) => {
  test("20 alternatives: nothing is to learn", async () => {
    const { replies, notices, asked } = await learn(atMost(20), atOnce);
    expect(new Set(asked)).toEqual(new Set([20]));
    expect(notices).toEqual([]);
    for (const { scores } of replies) expect(scores?.[0]?.[0]).toBeGreaterThan(scores?.[0]?.[1] ?? 0);
  });

  test("5 alternatives: 20 is asked for once a call that was under way, and 5 from then on", async () => {
    const { replies, notices, asked } = await learn(atMost(5), atOnce);
    for (const { scores } of replies) expect(scores).toHaveLength(1);
    expect(notices).toEqual([expect.stringContaining("asking for 5")]);
    expect(asked.at(-1)).toBe(5);
    expect(asked).not.toContain(undefined);
  });

  test("none: answers are words", async () => {
    const { replies, notices, asked } = await learn(atMost(0), atOnce);
    for (const { scores, text } of replies) expect([scores, text]).toEqual([undefined, "Yes"]);
    expect(notices).toHaveLength(2);
    expect(notices[1]).toContain("plain verdicts");
    expect(asked.at(-1)).toBeUndefined();
  });
});

test("a server that passes over what it does not know gives plain verdicts, and nothing is refused", async () => {
  const { replies, notices } = await learn(() => ({ text: "No" }), 2);
  for (const { scores, text } of replies) expect([scores, text]).toEqual([undefined, "No"]);
  expect(notices).toEqual([]);
});
