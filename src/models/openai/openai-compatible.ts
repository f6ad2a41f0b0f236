import { ModelError, UsageError, messageOf } from "../../errors.ts";
import { headerValue } from "../../platform/header-value.ts";
import { percentDecoded } from "../../texts/percent-decoded.ts";
import { keepSecret, keepSecretsOf, redactReply } from "../../secrets.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "../model.ts";
import { Connections, type PostReply } from "./connections.ts";
import { readQuota } from "./rate-limit-headers.ts";
import { ReplyTimeout } from "./reply-timeout.ts";
import { errorOf, learnFromRefusal, outputFormOf, readReply, requestBody, type ConstraintField, type Dialect } from "./wire.ts";

export interface OpenAiCompatibleOptions {
  readonly model: string;
  /** The server's address, such as `http://gpu1:8000/v1`. */
  readonly baseUrl: string;
  /** Sent as a bearer token. It is removed from every reply and error. */
  readonly apiKey?: string | undefined;
  /** Milliseconds that one call may take at most. Default 300,000. See `ReplyTimeout`. */
  readonly timeoutMs?: number;
  /** Default `none`. The prompt then asks for the form in words, and the filter repairs. */
  readonly constraintField?: ConstraintField;
  /** Called once for each thing that a user should know, such as a folded system message. */
  readonly onNotice?: (text: string) => void;
}

/**
 * Nothing is streamed, so the headers come together with the body. A body that pauses for longer
 * than this is a broken connection.
 */
const bodyTimeoutMs = 30_000;

/**
 * A model behind the OpenAI chat-completions protocol, such as vLLM, SGLang, llama.cpp, Ollama and
 * OpenAI. How many calls a server gets at once is decided by `endpointPool`.
 * @throws UsageError when the base URL is not a web address.
 */
export function openAiCompatible(options: OpenAiCompatibleOptions): Model {
  const url = completionsUrl(options.baseUrl);
  const server = url.host;
  const address = addressOfServer(options.baseUrl);
  const connections = new Connections(url.origin, { bodyTimeout: bodyTimeoutMs, connect: { timeout: 10_000 }, keepAliveTimeout: 30_000 });
  const request = {
    path: `${url.pathname}${url.search}`,
    headers: { "content-type": "application/json", accept: "application/json", ...authorization(url, options.apiKey) },
  } as const;
  const replyTimeout = new ReplyTimeout(options.timeoutMs ?? 300_000);
  let dialect: Dialect = {
    constraintField: options.constraintField ?? "none",
    maxTokensField: "max_tokens",
    takesTemperature: true,
    takesSystemRole: true,
    topLogprobs: 20,
  };

  // In a function of its own, because `callOnce` would keep the request's text in memory until the
  // reply has come.
  function send(call: ModelCall, spoken: Dialect, timeoutMs: number): Promise<PostReply> {
    return connections.post({ ...request, headersTimeout: timeoutMs }, (allocate) => requestBody(options.model, call, spoken, allocate));
  }

  function noReply(error: unknown, purpose: string, timeoutMs: number): ModelError {
    if (codeOf(error) === "UND_ERR_HEADERS_TIMEOUT") {
      replyTimeout.timedOut(purpose, timeoutMs);
      const said = `${server} gave no reply within ${Math.round(timeoutMs / 1000)} s`;
      return new ModelError("timeout", said, { retryable: true, cause: error });
    }
    return new ModelError("connection", `${server}: ${messageOf(error) || codeOf(error) || "the connection failed"}`, {
      retryable: true,
      ...(nobodyListens.test(codeOf(error)) ? { stops: "at-first" as const } : {}),
      cause: error,
    });
  }

  function withoutSecrets(reply: ModelReply): ModelReply {
    const text = redactReply(reply.text);
    if (text === reply.text) return reply;
    options.onNotice?.(`${server} quotes a key in its replies. It stands as [key] in the data.`);
    return { ...reply, text };
  }

  async function callOnce(call: ModelCall, { purpose }: CallContext): Promise<ModelReply> {
    for (;;) {
      // The dialect of this request. Another call's refusal may change `dialect` meanwhile.
      const spoken = dialect;
      const timeoutMs = replyTimeout.of(purpose.name);
      let reply: PostReply;
      try {
        reply = await send(call, spoken, timeoutMs);
      } catch (error) {
        throw noReply(error, purpose.name, timeoutMs);
      }
      const { status, headers, text, tookMs } = reply;
      if (status >= 200 && status < 300) {
        replyTimeout.replied(purpose.name, tookMs);
        return withoutSecrets(readReply(text, { tookMs, quota: readQuota(headers), endpoint: address }, call.questions?.[0]));
      }
      if (status === 400 || status === 422) {
        // A refusal of an earlier dialect says nothing about the one that was learnt meanwhile.
        const lesson = dialect === spoken ? learnFromRefusal(text, spoken, call.constraint !== undefined) : undefined;
        if (lesson !== undefined) {
          dialect = lesson.dialect;
          options.onNotice?.(lesson.notice);
        }
        if (dialect !== spoken) continue;
      }
      throw errorOf(status, text, headers, server);
    }
  }

  return {
    name: options.model,
    rowsAtOnce: 32,
    outputForm: outputFormOf(dialect.constraintField),
    questionsAtOnce: "one",
    call: callOnce,
    prepare: async () => void (await connections.load()),
    close: () => connections.close(),
  };
}

/**
 * Checks what is sent to a server before anything is done, and makes its secrets known.
 * @param key Where the key is from, and the key.
 * @throws UsageError for a base URL or a key that cannot be sent.
 */
export function checkServer(baseUrl: string, key: readonly [source: string, key: string] | undefined): void {
  authorization(completionsUrl(baseUrl), key?.[1]);
  if (key !== undefined) headerValue(key[1], key[0]);
}

/**
 * The address of a server as users know it, which is host, port and path. User name, password and
 * query are left out, because they may be secret.
 * @throws UsageError when the base URL is not a web address.
 */
export function addressOfServer(baseUrl: string): string {
  const { host, pathname } = completionsUrl(baseUrl);
  return `${host}${pathname.replace(/\/chat\/completions$/, "")}`;
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
  keepSecretsOf(url);
  const path = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  url.pathname = `${path}/chat/completions`;
  return url;
}

function authorization(url: URL, apiKey: string | undefined): Record<string, string> {
  if (apiKey !== undefined) {
    keepSecret(apiKey);
    return { authorization: `Bearer ${apiKey}` };
  }
  if (url.username === "") return {};
  const credentials = `${decoded(url.username, "user name")}:${decoded(url.password, "password")}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

function decoded(part: string, what: string): string {
  const text = percentDecoded(part);
  if (text === undefined)
    throw new UsageError(`--base-url: the ${what} holds a % that begins no escape such as %40. Write the % itself as %25.`);
  return text;
}
