import type { Client as Connection, Dispatcher } from "undici";
import type { ReplyHeaders } from "./rate-limit-headers.ts";
import { Client } from "./undici-client.ts";

export interface PostReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  /** The whole body, as UTF-8. */
  readonly text: string;
}

/**
 * Connections to one server, as many as there are requests at once; one that is free is used again, the last one first.
 * Requests go through `dispatch`, because a body that is not streamed to anyone needs no stream: `request` makes one for each reply, which costs
 * as much as the rest of its work. And it is known here when a connection is free, which undici's Pool goes through all of them to find out.
 */
export class Connections {
  readonly #origin: string;
  readonly #options: Connection.Options;
  readonly #clients = new Set<Connection>();
  readonly #free: Connection[] = [];

  constructor(origin: string, options: Connection.Options) {
    this.#origin = origin;
    this.#options = options;
  }

  /** One POST request, its reply read whole. @throws what undici says when no whole reply came. */
  post(request: Omit<Dispatcher.DispatchOptions, "method">): Promise<PostReply> {
    const client = this.#free.pop() ?? this.#open();
    const collector = new Collector((isWhole) => (isWhole ? void this.#free.push(client) : this.#drop(client)));
    client.dispatch({ ...request, method: "POST" }, collector);
    return collector.reply;
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#clients, (client) => client.close()));
  }

  #open(): Connection {
    const client = new Client(this.#origin, this.#options);
    this.#clients.add(client);
    return client;
  }

  #drop(client: Connection): void {
    this.#clients.delete(client);
    client.destroy().catch(() => undefined);
  }
}

/** Knows nothing of the request, whose text would else be kept in memory until the reply is there. */
class Collector implements Dispatcher.DispatchHandler {
  readonly reply: Promise<PostReply>;
  #resolve: (reply: PostReply) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #status = 0;
  #headers: ReplyHeaders = {};
  readonly #chunks: Buffer[] = [];
  readonly #onEnd: (isWhole: boolean) => void;

  constructor(onEnd: (isWhole: boolean) => void) {
    this.#onEnd = onEnd;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  // undici tells by this method that the others are of its present interface.
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
    this.#onEnd(true);
    this.#resolve({ status: this.#status, headers: this.#headers, text: body.toString("utf8") });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#onEnd(false);
    this.#reject(error);
  }
}
