import type { Client as Connection, Dispatcher } from "undici";
import type { Allocate } from "../messages-json.ts";
import type { ReplyHeaders } from "./rate-limit-headers.ts";
import { Client } from "./undici-client.ts";

export interface PostReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  /** The whole body, as UTF-8. */
  readonly text: string;
}

/** Bytes of a request that a connection has memory of its own for; most are smaller. */
const ownBytes = 16 * 1024;

/**
 * One connection. Requests are written into its own memory, one after the other: as many pieces as there are requests would have to be collected
 * again, at a million of them some gigabytes. It is free for the next one when the server has replied, and needs no more of the request.
 */
class Line {
  readonly client: Connection;
  #bytes: Buffer | undefined;

  constructor(client: Connection) {
    this.client = client;
  }

  allocate(length: number): Buffer {
    if (length > ownBytes) return Buffer.allocUnsafeSlow(length);
    this.#bytes ??= Buffer.allocUnsafeSlow(ownBytes);
    return this.#bytes.subarray(0, length);
  }
}

/**
 * Connections to one server, as many as there are requests at once; one that is free is used again, the last one first.
 * Requests go through `dispatch`, because a body that is not streamed to anyone needs no stream: `request` makes one for each reply, which costs
 * as much as the rest of its work. And it is known here when a connection is free, which undici's Pool goes through all of them to find out.
 */
export class Connections {
  readonly #origin: string;
  readonly #options: Connection.Options;
  readonly #lines = new Set<Line>();
  readonly #free: Line[] = [];

  constructor(origin: string, options: Connection.Options) {
    this.#origin = origin;
    this.#options = options;
  }

  /**
   * One POST request, its reply read whole.
   * @param bodyIn Writes the body into memory that is its own until the reply is there.
   * @throws what undici says when no whole reply came.
   */
  post(request: Omit<Dispatcher.DispatchOptions, "method" | "body">, bodyIn: (allocate: Allocate) => Buffer): Promise<PostReply> {
    const line = this.#free.pop() ?? this.#open();
    const collector = new Collector((isWhole) => (isWhole ? void this.#free.push(line) : this.#drop(line)));
    const body = bodyIn((length) => line.allocate(length));
    line.client.dispatch({ ...request, method: "POST", body }, collector);
    return collector.reply;
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#lines, ({ client }) => client.close()));
  }

  #open(): Line {
    const line = new Line(new Client(this.#origin, this.#options));
    this.#lines.add(line);
    return line;
  }

  #drop(line: Line): void {
    this.#lines.delete(line);
    line.client.destroy().catch(() => undefined);
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
