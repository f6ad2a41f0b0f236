import { describe, expect, test } from "vitest";
import { costOf, priceOf } from "./prices.ts";

const openAi = ["https://api.openai.com/v1"];

describe("the price of a model", () => {
  test("the config's table comes first, wherever the model runs", async () => {
    const table = { "gpt-4o-mini": { input: 1, output: 2 }, m: { input: 0, output: 0 } };
    expect(await priceOf("gpt-4o-mini", openAi, table)).toEqual({
      inputPerMillion: 1,
      outputPerMillion: 2,
      source: "prices in the config",
    });
    expect(await priceOf("m", ["http://gpu1:8000/v1"], table)).toMatchObject({ inputPerMillion: 0, outputPerMillion: 0 });
    expect(await priceOf("m", [], table)).toMatchObject({ inputPerMillion: 0 });
    expect(await priceOf("constructor", openAi, table)).toBeUndefined();
  });

  test("then the list price, at the provider's own address alone", async () => {
    expect(await priceOf("gpt-4o-mini", openAi, {})).toMatchObject({
      inputPerMillion: 0.15,
      outputPerMillion: 0.6,
      source: expect.stringMatching(/gpt-4o-mini at OpenAI.*genai-prices/),
    });
    expect(await priceOf("gpt-4o-mini", [...openAi, "https://user:pw@api.openai.com/v1/"], {})).toMatchObject({ inputPerMillion: 0.15 });
  });

  test.each([
    ["a name that the list does not have", "gpt-99", openAi],
    ["a fine-tuned model", "ft:gpt-4o-mini:me::1", openAi],
    ["this machine", "gpt-4o-mini", ["http://127.0.0.1:8000/v1"]],
    ["a private network", "gpt-4o-mini", ["http://192.168.1.5:8000/v1"]],
    ["a host of one's own", "gpt-4o-mini", ["http://gpu1:8000/v1"]],
    ["another host that begins alike", "gpt-4o-mini", ["https://api.openai.com.example.org/v1"]],
    ["a provider's address in the path", "gpt-4o-mini", ["https://example.org/api.openai.com/v1"]],
    ["servers of which one is one's own", "gpt-4o-mini", [...openAi, "http://gpu1:8000/v1"]],
    ["calls that cost beside their tokens", "sonar", ["https://api.perplexity.ai"]],
    ["no address at all", "gpt-4o-mini", []],
    ["what is no address", "gpt-4o-mini", ["gpu1"]],
  ])("unknown, and never guessed: %s", async (_name, model, baseUrls) => {
    expect(await priceOf(model, baseUrls, {})).toBeUndefined();
  });

  test("of a model that costs more for very long prompts: that of ordinary ones", async () => {
    const price = await priceOf("gemini-2.5-pro", ["https://generativelanguage.googleapis.com/v1beta/openai"], {});
    expect(price).toMatchObject({ inputPerMillion: 1.25, outputPerMillion: 10 });
  });
});

test("a batch costs half where the provider says so, what the config says, and else the same", async () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 0 };
  const batchPrice = async (...given: Parameters<typeof priceOf>): Promise<number> => {
    const price = await priceOf(...given);
    return price === undefined ? NaN : costOf(usage, price, "batch");
  };
  expect(await batchPrice("gpt-4o-mini", openAi, {})).toBeCloseTo(0.075, 12);
  expect(await batchPrice("m", [], { m: { input: 2, output: 4, batch: { input: 0.5, output: 1 } } })).toBe(0.5);
  expect(await batchPrice("m", [], { m: { input: 2, output: 4 } })).toBe(2);
});

test("a cost is in US dollars", () => {
  const price = { inputPerMillion: 0.15, outputPerMillion: 0.6, source: "" };
  expect(costOf({ inputTokens: 2_000_000, outputTokens: 500_000 }, price)).toBeCloseTo(0.6, 12);
});
