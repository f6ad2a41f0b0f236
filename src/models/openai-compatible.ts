import { Agent } from "undici";
import { ModelError, UsageError, messageOf } from "../errors.ts";
import { Endpoints, type Endpoint } from "./endpoints.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "./model.ts";
import { errorOf, learnFromRefusal, readReply, requestBody, type ConstraintField, type Dialect } from "./openai-wire.ts";
import { Patience } from "./patience.ts";

export interface OpenAiCompatibleOptions {
  readonly model: string;
  /** One or more servers of the same weights, such as `http://gpu1:8000/v1`. Calls go to the least busy one. */
  readonly baseUrls: readonly string[];
  /** Sent as a bearer token, and never shown. */
  readonly apiKey?: string | undefined;
  /** How long one call may take, in milliseconds. Default 300,000; less once replies of its kind are known to come much faster. */
  readonly timeoutMs?: number;
  /** Default `none`: the prompt asks for the form in words, and the filter repairs. */
  readonly constraintField?: ConstraintField;
  /** Told once of each thing that a user should know, such as a folded system message. */
  readonly onNotice?: (text: string) => void;
}

/** Headers come with the body when nothing is streamed, so a body that stops coming is a broken connection. */
const bodyTimeoutMs = 30_000;

/**
 * A model behind the OpenAI chat-completions protocol: vLLM, SGLang, llama.cpp, Ollama, OpenAI.
 * @throws UsageError when a base URL is none.
 */
export function openAiCompatible(options: OpenAiCompatibleOptions): Model {
  const endpoints = new Endpoints(options.baseUrls.map(completionsUrl));
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: bodyTimeoutMs, connect: { timeout: 10_000 }, keepAliveTimeout: 30_000 });
  const redact = redactor(options.apiKey);
  const patience = new Patience(options.timeoutMs ?? 300_000);
  const dialect: Dialect = {
    constraintField: options.constraintField ?? "none",
    maxTokensField: "max_tokens",
    takesTemperature: true,
    takesSystemRole: true,
  };

  async function post(
    endpoint: Endpoint,
    body: string,
    signal: AbortSignal,
  ): Promise<{ status: number; retryAfter: string | undefined; text: string }> {
    const { protocol, host, pathname, search } = endpoint.url;
    const reply = await agent.request({
      origin: `${protocol}//${host}`,
      path: `${pathname}${search}`,
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", ...authorization(endpoint.url, options.apiKey) },
      body,
      signal,
    });
    const retryAfter = reply.headers["retry-after"];
    return { status: reply.statusCode, retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, text: await reply.body.text() };
  }

  async function callOnce(call: ModelCall, { phase }: CallContext): Promise<ModelReply> {
    for (;;) {
      const timeoutMs = patience.timeoutMs(phase);
      const started = performance.now();
      const timeout = AbortSignal.timeout(timeoutMs);
      const endpoint = endpoints.take();
      try {
        // What this request was made with: another call may teach the dialect meanwhile.
        const before = JSON.stringify(dialect);
        const body = JSON.stringify(requestBody(options.model, call, dialect));
        const reply = await post(endpoint, body, timeout);
        endpoints.answered(endpoint);
        if (reply.status >= 200 && reply.status < 300) {
          patience.learn(phase, performance.now() - started);
          return readReply(reply.text);
        }
        const text = redact(reply.text);
        if (reply.status === 400 || reply.status === 422) {
          const learnt = learnFromRefusal(text, dialect, call.constraint !== undefined);
          if (learnt !== undefined) options.onNotice?.(learnt);
          if (learnt !== undefined || JSON.stringify(dialect) !== before) continue;
        }
        throw errorOf(reply.status, text, reply.retryAfter, endpoint.url.host);
      } catch (error) {
        if (error instanceof ModelError) throw error;
        const server = endpoint.url.host;
        if (timeout.aborted) {
          patience.gaveUp(phase, timeoutMs);
          throw new ModelError("timeout", `${server} gave no reply within ${Math.round(timeoutMs / 1000)} s`, { retryable: true });
        }
        endpoints.failed(endpoint);
        throw new ModelError("connection", redact(`${server}: ${messageOf(error) || codeOf(error) || "the connection failed"}`), {
          retryable: true,
          ...(nobodyListens.test(codeOf(error)) ? { stops: "at-first" as const } : {}),
          cause: error,
        });
      } finally {
        endpoints.release(endpoint);
      }
    }
  }

  return {
    name: options.model,
    defaultConcurrency: 32 * options.baseUrls.length,
    outputForm: dialect.constraintField === "json-schema" ? "json" : "tagged",
    call: callOnce,
    close: () => agent.close(),
  };
}

const nobodyListens = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT/;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function completionsUrl(baseUrl: string): URL {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new UsageError(`--base-url: expected a URL such as http://localhost:8000/v1, found "${baseUrl}".`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new UsageError(`--base-url: expected http or https, found "${baseUrl}".`);
  const path = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  url.pathname = `${path}/chat/completions`;
  return url;
}

function authorization(url: URL, apiKey: string | undefined): Record<string, string> {
  if (apiKey !== undefined) return { authorization: `Bearer ${apiKey}` };
  if (url.username === "") return {};
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** Servers quote the key in their errors; it must reach no screen and no file. */
function redactor(apiKey: string | undefined): (text: string) => string {
  return (text) => {
    const named = apiKey ? text.replaceAll(apiKey, "[key]") : text;
    return named.replace(/\b(sk|hf|gsk|key)[-_][\w*-]{8,}/g, "[key]").replace(/Bearer\s+\S+/gi, "Bearer [key]");
  };
}
