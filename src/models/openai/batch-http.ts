import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { ModelError, SysGenError, messageOf } from "../../errors.ts";
import { redact } from "../../secrets.ts";
import { decoded } from "./content-encoding.ts";
import { errorOf } from "./error-of.ts";
import type { RequestHeaders } from "./request-headers.ts";

/** A server that takes batches. */
export interface BatchServer {
  /** The base URL, such as `https://api.openai.com/v1`. */
  readonly base: URL;
  /** Host, port and path, for people. */
  readonly address: string;
  /** The environment variable that the key is from. */
  readonly apiKeyEnv: string;
  readonly headers: RequestHeaders;
  /** Address of the HTTP proxy that the server is reached through. */
  readonly proxy: string | undefined;
}

type BatchMethod = "GET" | "POST";

export interface AskOptions {
  readonly headers?: Record<string, string>;
  readonly body?: string | Readable | null;
  /** How long the server may be silent, in milliseconds. Default is a minute. */
  readonly timeoutMs?: number;
  /** Whether the request is left to end when the user stops the command. */
  readonly mustEnd?: boolean;
}

/** How often a request is made again that may be made again, and the longest delay between. */
const mostTries = 6;
const longestDelayMs = 30_000;
/** A server that answers nothing to a short question is out. */
const answerTimeoutMs = 60_000;
/** A file of 200 MB goes up in minutes over a slow line. */
export const fileTimeoutMs = 600_000;
const mostRedirects = 5;

/** Requests to a server of batches. Whatever a server or a line does comes out as a ModelError. */
export class BatchHttp {
  readonly #server: BatchServer;
  readonly #signal: AbortSignal;
  #dispatcher: Dispatcher | undefined;

  constructor(server: BatchServer, signal: AbortSignal) {
    this.#server = server;
    this.#signal = signal;
  }

  /**
   * The body of an answer.
   * @throws ModelError when the server refuses, cannot be reached, or breaks off.
   */
  async ask(method: BatchMethod, path: string, options: AskOptions = {}): Promise<string> {
    const url = this.#urlOf(path);
    return this.#text(await this.#send(method, url, options), method, url);
  }

  /**
   * The bytes of an answer, as they come. Signed addresses of other hosts are followed without the
   * key.
   * @throws ModelError as `ask` does, and from the bytes when they break off.
   */
  async bytes(path: string): Promise<AsyncIterable<Uint8Array>> {
    let url = this.#urlOf(path);
    for (let hops = 0; ; hops++) {
      const isOwn = url.origin === this.#server.base.origin;
      const reply = await this.#send("GET", url, { timeoutMs: fileTimeoutMs, ...(!isOwn && { headers: {} }) });
      if (reply.statusCode === 200) return this.#received(reply);
      const { location } = reply.headers;
      const isRedirect =
        reply.statusCode >= 300 && reply.statusCode < 400 && typeof location === "string" && URL.canParse(location, url.href);
      if (!isRedirect || hops === mostRedirects) {
        await this.#text(reply, "GET", url);
        throw new ModelError("bad-reply", `${this.#server.address} answered ${reply.statusCode}, and no content of a file`);
      }
      await reply.body.dump();
      url = new URL(location, url);
    }
  }

  /**
   * Makes a request again that changes nothing when it is made twice.
   * @param isWorth Whether it may succeed after such an error. Default is what the error says.
   */
  async again<T>(ask: () => Promise<T>, isWorth = ({ retryable }: ModelError): boolean => retryable): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ModelError) || !isWorth(error) || tries >= mostTries) throw error;
        const delay = error.retryAfterMs ?? Math.min(125 * 2 ** tries, longestDelayMs);
        await sleep(Math.min(delay, longestDelayMs), undefined, { signal: this.#signal });
      }
    }
  }

  async close(): Promise<void> {
    await this.#dispatcher?.close();
  }

  #urlOf(path: string): URL {
    const { base } = this.#server;
    const root = base.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
    const [route = "", query = ""] = path.split("?");
    const search = [base.search.slice(1), query].filter((part) => part !== "").join("&");
    return new URL(`${base.origin}${root}${route}${search === "" ? "" : `?${search}`}`);
  }

  /** @throws ModelError for every answer but a 2xx. */
  async #text(reply: Dispatcher.ResponseData, method: BatchMethod, { host, pathname }: URL): Promise<string> {
    const { statusCode, headers } = reply;
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#received(reply)) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    if (statusCode >= 200 && statusCode < 300) return text;
    throw errorOf({ status: statusCode, body: redact(text) }, headers, `${method} ${host}${pathname}`);
  }

  /** The bytes of a body. Storage and gateways compress it unasked. */
  async *#received({ headers, body }: Dispatcher.ResponseData): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* decoded(headers["content-encoding"], body);
    } catch (error) {
      throw this.#failed("the answer broke off", error);
    }
  }

  async #send(method: BatchMethod, url: URL, options: AskOptions): Promise<Dispatcher.ResponseData> {
    const { headers, body = null, timeoutMs = answerTimeoutMs, mustEnd = false } = options;
    const { request, Agent, ProxyAgent } = await import("undici");
    const { base, proxy } = this.#server;
    this.#dispatcher ??= proxy === undefined ? new Agent() : new ProxyAgent({ uri: proxy, proxyTunnel: base.protocol === "https:" });
    try {
      return await request(url, {
        method,
        headers: headers ?? { ...this.#server.headers },
        body,
        dispatcher: this.#dispatcher,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        ...(!mustEnd && { signal: this.#signal }),
      });
    } catch (error) {
      throw this.#failed("the connection failed", error);
    }
  }

  /** The error for a request that got no whole answer. What the signal ended stays as it is. */
  #failed(what: string, error: unknown): unknown {
    if (error instanceof SysGenError || this.#signal.aborted) return error;
    const said = messageOf(error);
    return new ModelError("connection", `${this.#server.address}: ${said === "" ? what : `${what} (${said})`}`, {
      retryable: true,
      cause: error,
    });
  }
}
