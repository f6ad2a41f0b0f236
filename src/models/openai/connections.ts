import type { Client, Dispatcher } from "undici";
import type { Allocate } from "../messages-json.ts";
import { ReplyCollector, type HttpReply, type ReplyLimits } from "./reply-collector.ts";

export interface HttpRequest extends ReplyLimits {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Size of the memory that a connection writes its requests into. Most requests are smaller. */
const requestBytes = 16 * 1024;

/**
 * One connection. It writes all its requests into the same 16 KB, which are free for the next
 * request once the server has replied. A buffer for each request would be some gigabytes of garbage
 * in a million calls. Larger requests get a buffer of their own. This serves the CPU of bench C
 * (bench/README.md).
 */
class Connection {
  readonly client: Dispatcher;
  #bytes: Buffer | undefined;

  constructor(client: Dispatcher) {
    this.client = client;
  }

  allocate(length: number): Buffer {
    if (length > requestBytes) return Buffer.allocUnsafeSlow(length);
    this.#bytes ??= Buffer.allocUnsafeSlow(requestBytes);
    return this.#bytes.subarray(0, length);
  }
}

/** Makes a connection to the server of an origin. */
type Open = () => Dispatcher;

/** `ReplyCollector` measures the time of a call as a whole, so undici measures no part of it. */
const options = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000, connect: { timeout: 10_000 } } satisfies Client.Options;

/**
 * Connections to one server, one for each request in flight. The connection that was freed last is
 * used first.
 *
 * Two choices serve the CPU of bench C (bench/README.md). Requests go through `Client.dispatch`,
 * because `Client.request` makes a stream for each reply, which costs as much as the rest of its
 * work. And the free connections are listed here, because undici's `Pool` searches all of its
 * clients for a free one at each request.
 */
export class Connections {
  readonly #origin: string;
  readonly #proxy: string | undefined;
  readonly #all = new Set<Connection>();
  readonly #free: Connection[] = [];
  #open: Open | undefined;

  /** @param proxy Address of the HTTP proxy that the server is reached through. */
  constructor(origin: string, proxy?: string) {
    this.#origin = origin;
    this.#proxy = proxy;
  }

  /**
   * Sends one POST request and reads its reply whole.
   * @param bodyIn Writes the body into memory that stays untouched until the reply has come.
   * @throws DeadlineError when the reply was not whole in time.
   * @throws UnreadableReplyError when it is too large or cannot be decompressed.
   * @throws undici's error when the connection failed.
   */
  post(request: HttpRequest, bodyIn: (allocate: Allocate) => Buffer): Promise<HttpReply> {
    const free = this.#free.pop();
    if (free) return this.#send(free, "POST", request, bodyIn);
    if (this.#open) return this.#send(this.#added(this.#open()), "POST", request, bodyIn);
    return this.load().then((open) => this.#send(this.#added(open()), "POST", request, bodyIn));
  }

  /** Sends one GET request. Throws as `post` does. */
  async get(request: HttpRequest): Promise<HttpReply> {
    const open = await this.load();
    return this.#send(this.#free.pop() ?? this.#added(open()), "GET", request);
  }

  /** Loads undici. A run that makes no calls never does, which saves its start 60 ms of CPU. */
  async load(): Promise<Open> {
    if (this.#open) return this.#open;
    const { Client: Http, ProxyAgent } = await import("undici");
    const proxy = this.#proxy;
    return (this.#open =
      proxy === undefined
        ? () => new Http(this.#origin, options)
        : // Plain HTTP is forwarded, as most clients ask for. Few proxies tunnel it.
          () => new ProxyAgent({ ...options, uri: proxy, connections: 1, proxyTunnel: this.#origin.startsWith("https:") }));
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#all, ({ client }) => client.close()));
  }

  #send(connection: Connection, method: "POST" | "GET", request: HttpRequest, bodyIn?: (allocate: Allocate) => Buffer): Promise<HttpReply> {
    const body = bodyIn?.((length) => connection.allocate(length)) ?? null;
    const { path, headers } = request;
    const collector = new ReplyCollector(request, (isWhole) => (isWhole ? void this.#free.push(connection) : this.#drop(connection)));
    connection.client.dispatch({ origin: this.#origin, path, headers, method, body }, collector);
    return collector.reply;
  }

  #added(client: Dispatcher): Connection {
    const connection = new Connection(client);
    this.#all.add(connection);
    return connection;
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection);
    connection.client.destroy().catch(() => undefined);
  }
}
