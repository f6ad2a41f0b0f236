import type { Client, Dispatcher } from "undici";
import type { Allocate } from "../messages-json.ts";
import type { ReplyHeaders } from "./rate-limit-headers.ts";

export interface PostReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  /** The whole body, decoded from UTF-8. */
  readonly text: string;
  /** Milliseconds from sending the request to the end of the reply. */
  readonly tookMs: number;
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
  readonly client: Client;
  #bytes: Buffer | undefined;

  constructor(client: Client) {
    this.client = client;
  }

  allocate(length: number): Buffer {
    if (length > requestBytes) return Buffer.allocUnsafeSlow(length);
    this.#bytes ??= Buffer.allocUnsafeSlow(requestBytes);
    return this.#bytes.subarray(0, length);
  }
}

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
  readonly #options: Client.Options;
  readonly #all = new Set<Connection>();
  readonly #free: Connection[] = [];
  #http: typeof Client | undefined;

  constructor(origin: string, options: Client.Options) {
    this.#origin = origin;
    this.#options = options;
  }

  /**
   * Sends one POST request and reads its reply whole.
   * @param bodyIn Writes the body into memory that stays untouched until the reply has come.
   * @throws undici's error when no whole reply came.
   */
  post(request: Omit<Dispatcher.DispatchOptions, "method" | "body">, bodyIn: (allocate: Allocate) => Buffer): Promise<PostReply> {
    const free = this.#free.pop();
    if (free) return this.#send(free, request, bodyIn);
    if (this.#http) return this.#send(this.#open(this.#http), request, bodyIn);
    return this.load().then((http) => this.#send(this.#open(http), request, bodyIn));
  }

  /** Loads undici. A run that makes no calls never does, which saves its start 60 ms of CPU. */
  async load(): Promise<typeof Client> {
    return (this.#http ??= (await import("undici")).Client);
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#all, ({ client }) => client.close()));
  }

  #send(
    connection: Connection,
    request: Omit<Dispatcher.DispatchOptions, "method" | "body">,
    bodyIn: (allocate: Allocate) => Buffer,
  ): Promise<PostReply> {
    const body = bodyIn((length) => connection.allocate(length));
    const collector = new Collector((isWhole) => (isWhole ? void this.#free.push(connection) : this.#drop(connection)));
    connection.client.dispatch({ ...request, method: "POST", body }, collector);
    return collector.reply;
  }

  #open(http: typeof Client): Connection {
    const connection = new Connection(new http(this.#origin, this.#options));
    this.#all.add(connection);
    return connection;
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection);
    connection.client.destroy().catch(() => undefined);
  }
}

/**
 * Collects a reply. It holds no reference to the request, because the request's text would then
 * stay in memory until the reply has come.
 */
class Collector implements Dispatcher.DispatchHandler {
  readonly reply: Promise<PostReply>;
  #resolve: (reply: PostReply) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #status = 0;
  #headers: ReplyHeaders = {};
  readonly #chunks: Buffer[] = [];
  readonly #onEnd: (isWhole: boolean) => void;
  readonly #startedMs = performance.now();

  constructor(onEnd: (isWhole: boolean) => void) {
    this.#onEnd = onEnd;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  // undici takes a handler with this method for one of its present interface.
  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    const tookMs = performance.now() - this.#startedMs;
    this.#onEnd(true);
    this.#resolve({ status: this.#status, headers: this.#headers, text: body.toString("utf8"), tookMs });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#onEnd(false);
    this.#reject(error);
  }
}
