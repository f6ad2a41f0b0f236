import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { startModelServer, type ModelServer, type Served, type ServedCall } from "../../../test/fixtures/model-server.ts";
import { contextOf, sampleCall } from "../../../test/fixtures/scripted-model.ts";
import type { ModelCall, ModelReply } from "../model.ts";
import { openAiCompatible, type OpenAiCompatibleOptions } from "./openai-compatible.ts";

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

/** What the server of this test says to each request, by method and path. */
type Route = (
  request: { readonly method: string; readonly path: string; readonly body: Record<string, unknown> },
  count: number,
) => readonly [status: number, body: unknown];

interface Asked {
  readonly reply: ModelReply | undefined;
  readonly error: unknown;
  readonly notices: readonly string[];
  readonly requests: readonly { readonly method: string; readonly path: string; readonly host: string }[];
  readonly origin: string;
}

/** One call to a server whose base URL ends with `base`. */
async function askOnce(
  route: Route,
  { base = "/v1", call = sampleCall, ...options }: Partial<OpenAiCompatibleOptions> & { base?: string; call?: ModelCall } = {},
): Promise<Asked> {
  const requests: { method: string; path: string; host: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      requests.push({ method, path, host: headers.host ?? "" });
      const text = Buffer.concat(chunks).toString();
      const [status, body] = route(
        { method, path, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) },
        requests.length,
      );
      response.writeHead(status, { "content-type": "application/json" }).end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const notices: string[] = [];
  const proxy = options.proxy === undefined ? undefined : { ...options.proxy, url: origin };
  const baseUrl = proxy === undefined ? `${origin}${base}` : (options.baseUrl ?? "");
  const model = openAiCompatible({ model: "m", onNotice: (text) => notices.push(text), ...options, baseUrl, proxy });
  try {
    return await model.call(call, contextOf()).then(
      (reply) => ({ reply, error: undefined, notices, requests, origin }),
      (error: unknown) => ({ reply: undefined, error, notices, requests, origin }),
    );
  } finally {
    await model.close();
    server.closeAllConnections();
    server.close();
  }
}

const good = { choices: [{ message: { content: "hi" }, finish_reason: "stop" }] };
const withSystem: ModelCall = { ...sampleCall, messages: [{ role: "system", content: "S" }, ...sampleCall.messages] };

test.each([400, 422, 500, 501])("the system role is learnt from %i, and the call is made again", async (status) => {
  const { reply, notices, requests } = await askOnce(
    ({ body }) =>
      JSON.stringify(body).includes('"system"')
        ? [status, { error: { message: "Jinja Exception: System role not supported" } }]
        : [200, good],
    { call: withSystem },
  );
  expect(reply?.text).toBe("hi");
  expect([notices.length, requests.length]).toEqual([1, 2]);
});

test("several lessons in turn, also out of an error under 200", async () => {
  const { reply, notices } = await askOnce(
    ({ body }) => {
      if (body["temperature"] !== undefined && body["temperature"] !== 1)
        return [200, { error: { message: "invalid temperature: only 1 is allowed", code: 400 } }];
      if ("seed" in body) return [422, { detail: [{ loc: ["body", "seed"], msg: "Extra inputs are not permitted" }] }];
      return Number(body["max_tokens"]) > 100 ? [500, { message: "max_tokens must be at most 100" }] : [200, good];
    },
    { call: { ...sampleCall, sampling: { temperature: 0, maxOutputTokens: 512, seed: 3 } } },
  );
  expect(reply?.text).toBe("hi");
  expect(notices).toHaveLength(3);
});

test.each([
  [404, { error: "no such route" }],
  [200, { error: "Unexpected endpoint or method. (POST /chat/completions). Returning 200 anyway" }],
])("a base URL without a version, %i: the address to try is named, and nothing else is asked", async (status, body) => {
  const { error, requests, origin } = await askOnce(() => [status, body], { base: "" });
  expect(error).toMatchObject({ kind: "not-found", stops: "at-first", message: expect.stringContaining(`${origin}/v1`) });
  expect(requests.map(({ path }) => path)).toEqual(["/chat/completions"]);
});

test.each([
  [404, { error: { message: "The model `m` does not exist.", code: "model_not_found" } }],
  [400, { error: { message: "m is not a valid model ID" } }],
  [404, { error: 'model "m" not found, try pulling it first' }],
  [200, { error: { message: "Invalid model name passed in model=m", code: 400 } }],
])("a wrong model name, %i %j: the server is asked what it serves", async (status, body) => {
  const { error, requests } = await askOnce(({ method }) =>
    method === "GET" ? [200, { data: [{ id: "other" }, { id: "m-7b" }] }] : [status, body],
  );
  expect(error).toMatchObject({ kind: "not-found", stops: "at-first", message: expect.stringContaining("The server serves m-7b, other") });
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /v1/chat/completions", "GET /v1/models"]);
});

test("a server that cannot say what it serves is no other error", async () => {
  const { error } = await askOnce(({ method }) => [404, method === "GET" ? "<html>" : { error: { message: "model not found" } }]);
  expect(error).toMatchObject({ kind: "not-found", message: expect.stringContaining("model m at /v1/chat/completions") });
});

test("the variable of the key is named when a server wants one, and before the first call of a known provider", async () => {
  const refused = await askOnce(() => [401, { error: { message: "no key" } }], { apiKeyEnv: "MY_KEY" });
  expect(refused.error).toMatchObject({ kind: "auth", stops: "always", message: expect.stringContaining("MY_KEY is not set") });
  const known = openAiCompatible({ model: "m", baseUrl: "https://api.openai.com/v1", apiKeyEnv: "MY_KEY" });
  await expect(known.call(sampleCall, contextOf())).rejects.toThrow(/api\.openai\.com wants a key.*MY_KEY is not set/);
  await known.close();
});

test("what a server echoes of the headers is not shown", async () => {
  const { error } = await askOnce(() => [400, { error: "bad secret-of-mine in Token secret-of-mine" }], {
    headers: { "x-auth": "Token secret-of-mine" },
  });
  expect(error).toMatchObject({ message: expect.stringContaining("[key]") });
  expect(error).not.toMatchObject({ message: expect.stringContaining("secret-of-mine") });
});

test("plain HTTP is forwarded by the proxy, and an error names the variable", async () => {
  const proxy = { url: "", variable: "HTTP_PROXY" };
  const { reply, requests } = await askOnce(() => [200, good], { proxy, baseUrl: "http://models.invalid:8000/v1" });
  expect(reply?.text).toBe("hi");
  expect(requests).toEqual([{ method: "POST", path: "http://models.invalid:8000/v1/chat/completions", host: "models.invalid:8000" }]);
  const closed = openAiCompatible({
    model: "m",
    baseUrl: "https://models.invalid/v1",
    proxy: { url: "http://127.0.0.1:9", variable: "HTTPS_PROXY" },
  });
  await expect(closed.call(sampleCall, contextOf())).rejects.toThrow(/models\.invalid through the proxy of HTTPS_PROXY/);
  await closed.close();
});

test("a server that keeps a call alive is given up after the timeout", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const model = openAiCompatible({ model: "m", baseUrl, timeoutMs: 200 });
  await expect(model.call(sampleCall, contextOf())).rejects.toMatchObject({ kind: "timeout", retryable: true });
  await model.close();
  server.closeAllConnections();
  server.close();
});
