import { ModelError, UsageError, messageOf, type ModelErrorKind } from "../../errors.ts";
import { headerValue } from "../../platform/header-value.ts";
import { keepSecret, keepSecretsOf, redact, redactReply } from "../../secrets.ts";
import type { CallContext, Model, ModelCall, ModelReply, RequestFields } from "../model.ts";
import type { BatchPort } from "../batch-port.ts";
import { Connections } from "./connections.ts";
import { errorOf, namesUnknownModel } from "./error-of.ts";
import { learnFromRefusal, mayBeDialect } from "./learn-from-refusal.ts";
import { checkWhole } from "./prompt-cut.ts";
import type { Proxy } from "./proxy.ts";
import { readQuota, type ReplyHeaders } from "./rate-limit-headers.ts";
import type { Refusal } from "./refusal.ts";
import { refusedField } from "./refused-field.ts";
import { RefusedInReply } from "./refused-in-reply.ts";
import { DeadlineError, UnreadableReplyError, type HttpReply } from "./reply-collector.ts";
import { ReplyTimeout } from "./reply-timeout.ts";
import { holdsKey, requestHeaders, wantsKey, type RequestHeaders } from "./request-headers.ts";
import { servedModels } from "./served-models.ts";
import { dialectIn, messagesOf, outputFormOf, readReply, requestBody, type ConstraintField, type Dialect } from "./wire.ts";

export interface OpenAiCompatibleOptions {
  readonly model: string;
  /** The server's address, such as `http://gpu1:8000/v1`. */
  readonly baseUrl: string;
  /**
   * Sent as a bearer token, or as Azure wants it. It is removed from every error that is shown.
   */
  readonly apiKey?: string | undefined;
  /** The environment variable that a key is expected in. Named when a server wants a key. */
  readonly apiKeyEnv?: string;
  /** Sent with each request. The values are removed from every error that is shown. */
  readonly headers?: RequestHeaders;
  /** The proxy that the server is reached through. */
  readonly proxy?: Proxy | undefined;
  /**
   * Milliseconds that one call may take at most, up to the last byte of its reply. Default 300,000.
   * See `ReplyTimeout`.
   */
  readonly timeoutMs?: number;
  /** Default `none`. The prompt then asks for the form in words, and the filter repairs. */
  readonly constraintField?: ConstraintField;
  /** The user's own fields of each request. */
  readonly request?: RequestFields | undefined;
  /** A refusal of the output constraint is an error. Otherwise calls go on without it. */
  readonly mustConstrain?: boolean | undefined;
  /** Called once for each thing that a user should know, such as a folded system message. */
  readonly onNotice?: (text: string) => void;
}

/**
 * A model behind the OpenAI chat-completions protocol, such as vLLM, SGLang, llama.cpp, Ollama and
 * OpenAI. How many calls a server gets at once is decided by `endpointPool`.
 * @throws UsageError when the base URL is not a web address.
 */
export function openAiCompatible(options: OpenAiCompatibleOptions): Model & { readonly batch: BatchPort } {
  const { model, apiKey, apiKeyEnv = "OPENAI_API_KEY", proxy, onNotice } = options;
  const url = completionsUrl(options.baseUrl);
  const server = url.host;
  const address = addressOfServer(options.baseUrl);
  const connections = new Connections(url.origin, proxy?.url);
  const headers = requestHeaders(url, apiKey, options.headers ?? {});
  const path = `${url.pathname}${url.search}`;
  if (apiKey !== undefined) keepSecret(apiKey);
  const replyTimeout = new ReplyTimeout(options.timeoutMs ?? 300_000);
  let dialect: Dialect = {
    constraintField: options.constraintField ?? "none",
    maxTokensField: "max_tokens",
    mostOutputTokens: Infinity,
    temperature: "any",
    takesSeed: true,
    takesSystemRole: true,
    topLogprobs: 20,
  };

  // In a function of its own, because `callOnce` would keep the request's text in memory until the
  // reply has come.
  function send(call: ModelCall, spoken: Dialect, timeoutMs: number): Promise<HttpReply> {
    const limits = { timeoutMs, mostBytes: mostReplyBytes(call) };
    return connections.post({ path, headers, ...limits }, (allocate) => requestBody(model, call, spoken, allocate));
  }

  function noReply(error: unknown, purpose: string, timeoutMs: number): ModelError {
    if (error instanceof DeadlineError) {
      replyTimeout.timedOut(purpose, timeoutMs);
      const said = `${server} gave no whole reply within ${Math.round(timeoutMs / 1000)} s`;
      return new ModelError("timeout", said, { retryable: true, cause: error });
    }
    if (error instanceof UnreadableReplyError)
      return new ModelError("bad-reply", `${server}: ${error.message}`, { retryable: true, cause: error });
    const through = proxy === undefined ? "" : ` through the proxy of ${proxy.variable}`;
    return new ModelError("connection", `${server}${through}: ${messageOf(error) || codeOf(error) || "the connection failed"}`, {
      retryable: true,
      ...(nobodyListens.test(codeOf(error)) ? { stops: "at-first" as const } : {}),
      cause: error,
    });
  }

  /** The models that the server serves, as a sentence. It is asked once. */
  let serving: Promise<string | undefined> | undefined;
  async function served(): Promise<string | undefined> {
    const limits = { timeoutMs: listTimeoutMs, mostBytes: mostListBytes };
    const reply = await connections
      .get({ path: path.replace(/\/chat\/completions/, "/models"), headers, ...limits })
      .catch(() => undefined);
    return reply?.status === 200 ? servedModels(reply.text, model) : undefined;
  }

  /** The error of a refusal that taught nothing, with what to do about it. */
  async function refused(refusal: Refusal, replyHeaders: ReplyHeaders, { request }: ModelCall): Promise<ModelError> {
    const error = errorOf(refusal, replyHeaders, server);
    let advice: string | undefined;
    if (error.kind === "auth" && error.status === 401 && !holdsKey(headers))
      advice = `The variable ${apiKeyEnv} is not set, so no key was sent`;
    if (error.kind === "not-found") {
      if (namesUnknownModel(refusal)) advice = await (serving ??= served());
      else if (!/\/v\d/.test(url.pathname)) advice = `The base URL has no version in its path: most servers want ${url.origin}/v1`;
      advice ??= `It was asked for the model ${model} at ${url.pathname}`;
    }
    if (error.kind === "bad-request" && request !== undefined)
      advice = `The request holds fields of your own, ${Object.keys(request).join(", ")}. If one of them is why, leave it out`;
    return advice === undefined ? error : error.saying(`${error.message}. ${advice}`);
  }

  function withoutSecrets(reply: ModelReply): ModelReply {
    const text = redactReply(reply.text);
    if (text === reply.text) return reply;
    onNotice?.(`${server} quotes a key in its replies. It stands as [key] in the data.`);
    return { ...reply, text };
  }

  async function callOnce(call: ModelCall, { purpose }: CallContext): Promise<ModelReply> {
    if (wantsKey(url) && !holdsKey(headers))
      throw new ModelError("auth", `${server} wants a key, and the variable ${apiKeyEnv} is not set`, { stops: "always" });
    for (;;) {
      // The dialect of this request. Another call's refusal may change `dialect` meanwhile.
      const spoken = dialect;
      const timeoutMs = replyTimeout.of(purpose.name);
      let reply: HttpReply;
      try {
        reply = await send(call, spoken, timeoutMs);
      } catch (error) {
        throw noReply(error, purpose.name, timeoutMs);
      }
      const heard = await hear(call, reply, spoken);
      if (heard === undefined) continue;
      replyTimeout.replied(purpose.name, reply.tookMs);
      return heard;
    }
  }

  /**
   * Reads what came for a call.
   * @param spoken The dialect of its request.
   * @returns Undefined for a refusal after which the call is to be made in the dialect of now.
   * @throws ModelError for any other refusal, and for what is no reply.
   */
  async function hear(call: ModelCall, reply: HttpReply, spoken: Dialect): Promise<ModelReply | undefined> {
    const read = readOrRefusal(reply, call);
    if ("text" in read) {
      checkWhole(messagesOf(call), read.usage.inputTokens + (read.cachedTokens ?? 0), server);
      return withoutSecrets(read);
    }
    const refusal = { status: read.status, body: redact(reply.text) };
    const field = call.request && refusedField(refusal, call.request);
    if (field !== undefined) {
      const error = errorOf(refusal, reply.headers, server);
      if (ofFields.has(error.kind)) throw ofOwnField(error, field);
    }
    // A refusal of an earlier dialect says nothing about the one that was learnt meanwhile.
    const lesson = dialect === spoken ? learnFromRefusal(refusal, spoken, call) : undefined;
    const dropsConstraint = lesson !== undefined && lesson.dialect.constraintField !== spoken.constraintField;
    if (dropsConstraint && options.mustConstrain === true) throw notAgain(await refused(refusal, reply.headers, call));
    if (lesson !== undefined) {
      dialect = lesson.dialect;
      onNotice?.(lesson.notice);
    }
    if (dialect === spoken || !mayBeDialect(refusal)) throw await refused(refusal, reply.headers, call);
    return undefined;
  }

  const batch: BatchPort = {
    server: { base: new URL(options.baseUrl), address, apiKeyEnv, headers, proxy: proxy?.url },
    spoken: () => JSON.stringify(dialect),
    speak(json) {
      // The constraint is a setting, which may be another one now.
      dialect = { ...dialect, ...dialectIn(json), constraintField: dialect.constraintField };
    },
    body: (call) => requestBody(model, call, dialect, (length) => Buffer.allocUnsafe(length)),
    async read(call, { status, body }, spoken) {
      const before = JSON.stringify(dialect) === spoken ? dialect : (dialectIn(spoken) ?? dialect);
      const heard = await hear(call, { status, headers: {}, text: body, tookMs: 0 }, before);
      if (heard === undefined) return undefined;
      const { tookMs: _none, ...reply } = heard;
      return { ...reply, lane: "batch" };
    },
  };

  function readOrRefusal(
    { status, headers: replyHeaders, text, tookMs }: HttpReply,
    call: ModelCall,
  ): ModelReply | Pick<Refusal, "status"> {
    if (status < 200 || status >= 300) return { status };
    try {
      return readReply(text, { tookMs, quota: readQuota(replyHeaders), endpoint: address }, call.questions?.[0]);
    } catch (error) {
      if (error instanceof RefusedInReply) return error;
      throw error;
    }
  }

  return {
    name: model,
    rowsAtOnce: 32,
    outputForm: outputFormOf(dialect.constraintField),
    questionsAtOnce: "one",
    request: options.request,
    call: callOnce,
    batch,
    prepare: async () => void (await connections.load()),
    close: () => connections.close(),
  };
}

/** A field that the user gave is never left out in silence, so its refusal ends the run. */
function ofOwnField(error: ModelError, field: string): ModelError {
  const advice = `That is about ${field}, a field of your own (request, or judgeRequest). Change it or leave it out`;
  return error.saying(`${error.message}. ${advice}`, { retryable: false, stops: "always" });
}

function notAgain(error: ModelError): ModelError {
  return error.saying(error.message, { retryable: false });
}

/** Errors that a field of the request may be the reason of. */
const ofFields: ReadonlySet<ModelErrorKind> = new Set(["bad-request", "server", "bad-reply"]);

/**
 * Bytes of a reply that a call can bring at most. A token takes some 4 bytes, 300 in an event of
 * its own, and 3,000 with the probabilities of its alternatives. The rest is for reasoning that
 * goes beyond the limit.
 */
function mostReplyBytes({ sampling, questions }: ModelCall): number {
  const bytes = sampling.maxOutputTokens * (questions === undefined ? 1_024 : 8_192);
  return Math.min(Math.max(bytes, 2 ** 20), 16 * 2 ** 20);
}

/** For the list of models, which is asked for to explain an error. */
const listTimeoutMs = 10_000;
const mostListBytes = 4 * 2 ** 20;

/**
 * Checks what is sent to a server before anything is done, and makes its secrets known.
 * @param key Where the key is from, and the key.
 * @throws UsageError for a base URL or a key that cannot be sent.
 */
export function checkServer(baseUrl: string, key: readonly [source: string, key: string] | undefined): void {
  requestHeaders(completionsUrl(baseUrl), key?.[1], {});
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

/**
 * The URL that calls to a server go to.
 * @throws UsageError when the base URL is not a web address.
 */
export function completionsUrl(baseUrl: string): URL {
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
